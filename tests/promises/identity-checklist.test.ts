import { PASSWORD } from '@chorus/accounts/testing.ts';
import { ANONYMOUS, IDENTITY_HEADER, signIdentity } from '@chorus/shared/identity.ts';
import { ALL_PERMISSIONS } from '@chorus/shared/permissions.ts';
import { packedRulesFor } from '@chorus/shared/ability.ts';
import { expect, onTestFinished, test } from 'vitest';
import { client, freshTenant, sharedSystem } from '../harness/client.ts';
import { makeSigningKey } from '../harness/keys.ts';

async function newTenant() {
  const system = await sharedSystem();
  const fresh = await freshTenant(system);
  onTestFinished(fresh.end);
  return { ...fresh, system };
}

test('no subgraph answers anything to whoever is not the gateway', async () => {
  const { system, tenant, member } = await newTenant();
  const { token } = await member('owner');
  const rules = packedRulesFor(tenant.id, ALL_PERMISSIONS);
  const forged = { ...ANONYMOUS, kind: 'member', tenantId: tenant.id, rules } as const;
  const key = await makeSigningKey();
  const believed = await Promise.all(
    ['accounts', 'mentions', 'reporting', 'billing'].map((name) => signIdentity(forged, name, key)),
  );
  const questions = [
    '{ __typename }',
    '{ _service { sdl } }',
    `{ _entities(representations: [{ __typename: "Tenant", id: "${tenant.id}" }]) { __typename } }`,
    'mutation { signIn(input: { email: "a@b.test", password: "12345678" }) { __typename } }',
  ];
  expect(system.subgraphUrls).toHaveLength(4);
  for (const url of system.subgraphUrls)
    for (const query of questions)
      for (const headers of [
        {},
        { authorization: `Bearer ${token}` },
        ...[token, '', ...believed].map((identity) => ({ [IDENTITY_HEADER]: identity })),
      ]) {
        const { status, body } = await client(url, undefined, headers)(query);
        expect(status).toBe(401);
        expect(body.data).toBeUndefined();
        expect(body.errors[0].extensions).toEqual({ code: 'UNAUTHENTICATED' });
      }
});

test('who signs in is answered about themselves at once, and what follows in the operation is nobody’s', async () => {
  const { system, tenant, join } = await newTenant();
  const { email, id } = await join({ roles: ['admin'] });
  const { body } = await client(system.gatewayUrl)(
    `mutation ($input: SignInInput!) {
      signIn(input: $input) {
        ... on Session { viewer { member { id roles groups { name } } factors { totp } tenant { slug } } }
      }
      createGroup(input: { name: "Smuggled" }) { __typename }
    }`,
    { input: { email, password: PASSWORD, tenant: tenant.slug } },
  );
  expect(body.data).toEqual({
    signIn: {
      viewer: {
        member: { id, roles: ['admin'], groups: [] },
        factors: { totp: false },
        tenant: { slug: tenant.slug },
      },
    },
    createGroup: null,
  });
  expect(body.errors).toMatchObject([{ path: ['createGroup'], extensions: { code: 'UNAUTHENTICATED' } }]);
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
