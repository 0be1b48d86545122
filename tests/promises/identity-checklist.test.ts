import { PASSWORD } from '@chorus/accounts/testing.ts';
import { expect, onTestFinished, test } from 'vitest';
import { client, freshTenant, sharedSystem } from '../harness/client.ts';

async function newTenant() {
  const system = await sharedSystem();
  const fresh = await freshTenant(system);
  onTestFinished(fresh.end);
  return { ...fresh, system };
}

test('who signs in is answered about themselves at once', async () => {
  const { system, tenant, join } = await newTenant();
  const { email, id } = await join({ roles: ['admin'] });
  const { body } = await client(system.gatewayUrl)(
    `mutation ($input: SignInInput!) {
      signIn(input: $input) {
        ... on Session { viewer { member { id roles groups { name memberCount } } factors { totp } tenant { slug } } }
      }
    }`,
    { input: { email, password: PASSWORD, tenant: tenant.slug } },
  );
  const viewer = {
    member: { id, roles: ['admin'], groups: [] },
    factors: { totp: false },
    tenant: { slug: tenant.slug },
  };
  expect(body).toEqual({ data: { signIn: { viewer } } });
});

test('signing in signs in nothing else of the operation, which is refused before any of it ran', async () => {
  const { system, tenant, join, member } = await newTenant();
  const { ask } = await member('owner');
  const { email, id } = await join({ roles: ['admin'] });
  const { status, body } = await client(system.gatewayUrl)(
    `mutation ($input: SignInInput!) {
      signIn(input: $input) { __typename }
      createGroup(input: { name: "Smuggled" }) { __typename }
    }`,
    { input: { email, password: PASSWORD, tenant: tenant.slug } },
  );
  expect(status).toBe(401);
  expect(body).toEqual({
    errors: [
      { message: 'Sign in to do this.', path: ['createGroup'], extensions: { code: 'UNAUTHENTICATED' } },
    ],
  });
  const started = `{ auditLog(filter: { action: "session.started", actor: "${id}" }) { nodes { id } } }`;
  expect((await ask(started)).body.data).toEqual({ auditLog: { nodes: [] } });
});

test('a cursor and an id of one tenant are worth nothing in another', async () => {
  const [here, there] = [await newTenant(), await newTenant()];
  const [ours, theirs] = [await here.member('owner'), await there.member('owner')];
  await there.join({ name: 'Another' });
  const page = 'query ($after: String) { members(first: 1, after: $after) { pageInfo { endCursor } } }';
  const { endCursor } = (await theirs.ask(page)).body.data.members.pageInfo;
  const refused = (await ours.ask(page, { after: endCursor })).body;
  expect(refused.errors).toMatchObject([{ extensions: { code: 'BAD_USER_INPUT' } }]);

  const revoke =
    'mutation ($memberId: ID!) { revokeMemberSessions(input: { memberId: $memberId }) { __typename } }';
  const asked = (await ours.ask(revoke, { memberId: theirs.id })).body;
  expect(JSON.stringify(asked)).not.toContain('SessionsRevoked');
  expect((await theirs.ask('{ viewer { member { id } } }')).body.data.viewer.member.id).toBe(theirs.id);
});
