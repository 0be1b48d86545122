import { verifyAccessToken } from '@chorus/shared/access-token.ts';
import { newId } from '@chorus/shared/id.ts';
import { makeSigningKey } from '@chorus/tests/harness/keys.ts';
import { inProcess } from '@chorus/tests/harness/subgraph.ts';
import { sql } from 'drizzle-orm';
import { expect, test } from 'vitest';
import { features } from '../features.ts';
import { given, PASSWORD, REFRESH, REFUSED, SIGN_IN, testServices } from '../testing.ts';

const SWITCH = `mutation ($tenant: String!) { switchTenant(input: { tenant: $tenant }) {
  __typename
  ... on Session { accessToken refreshToken viewer { member { id } tenant { slug } permissions tenants { slug name } } }
  ... on Problem { message }
} }`;
const TENANTS = '{ viewer { tenants { slug name } } }';

/** A person who is a viewer of one tenant and an admin of another, signed in to the first. */
async function signedIn(request: Record<string, string> = {}, production = false) {
  const services = testServices(await makeSigningKey(), production);
  const subgraph = await inProcess('accounts', features, services);
  const { tenant, member } = given(subgraph.worker, services);
  const [here, there] = [await tenant('Here'), await tenant('There')];
  const ann = await member(here.id, { roles: ['viewer'] });
  const annThere = await member(there.id, { email: ann.email, roles: ['admin'] });
  const db = subgraph.worker.statements(null);
  const visitor = subgraph.as({ anonymous: true });
  const signIn = { email: ann.email, password: PASSWORD, tenant: here.slug };
  const session = (await visitor(SIGN_IN, signIn)).data.signIn;
  const claims = await verifyAccessToken(session.accessToken, services.tokenKeys.keys);
  const whoAmI = { tenantId: here.id, subject: ann.id, session: claims.sid, mfa: false };
  const ask = subgraph.as({ ...whoAmI, permissions: ['tenant.read'] }, request);
  const to = async (slug: string) => {
    const { data, errors } = await ask(SWITCH, { tenant: slug });
    expect(errors).toEqual([]);
    return data.switchTenant;
  };
  const refresh = async (refreshToken: string) =>
    (await visitor(REFRESH, { refreshToken })).data.refreshSession;
  const live = async () => [
    ...(await db.execute<{ tenant: string }>(sql`
      select tenant_id as tenant from session where person_id = ${ann.personId} and ended_at is null`)),
  ];
  const told = async (whose: string) => [
    ...(await db.execute<Record<string, unknown>>(sql`
      select action, actor from audit_event where tenant_id = ${whose} order by sequence`)),
  ];
  const people = { here, there, ann, annThere, session, claims, whoAmI };
  return {
    ...subgraph,
    ...people,
    tenant,
    member,
    db,
    keys: services.tokenKeys.keys,
    ask,
    to,
    refresh,
    live,
    told,
  };
}

test('a person goes over to another tenant, and the session before is over', async () => {
  const { to, refresh, here, there, annThere, session, claims, keys, told, ann, live } = await signedIn();
  const after = await to(there.slug);
  expect(after.viewer).toMatchObject({ member: { id: annThere.id }, tenant: { slug: there.slug } });
  expect(after.viewer.permissions).toContain('members.manage');
  expect(after.viewer.tenants).toEqual([{ slug: here.slug, name: 'Here' }]);
  const now = await verifyAccessToken(after.accessToken, keys);
  expect(now).toMatchObject({ tid: there.id, sub: annThere.id, acr: 'aal1' });
  expect([now.amr, now.auth_time, now.mfa_at]).toEqual([claims.amr, claims.auth_time, claims.mfa_at]);
  expect(now.sid).not.toBe(claims.sid);
  expect(await refresh(session.refreshToken)).toEqual(REFUSED);
  expect((await refresh(after.refreshToken)).__typename).toBe('Session');
  expect(await live()).toEqual([{ tenant: there.id }]);
  expect((await told(here.id)).map(({ action }) => action)).toEqual([
    'session.started',
    'session.ended',
    'sign-in.refused',
  ]);
  expect(await told(there.id)).toEqual([
    { action: 'session.started', actor: { kind: 'member', id: annThere.id } },
  ]);
  expect((await told(here.id))[1]).toMatchObject({ actor: { kind: 'member', id: ann.id } });
});

test('going over keeps when and how the person signed in, and prolongs nothing', async () => {
  const { to, there, db, claims, keys } = await signedIn();
  await db.execute(sql`
    update session set auth_time = auth_time - interval '2 days', mfa_at = auth_time - interval '1 day',
      expires_at = expires_at - interval '2 days', amr = '{pwd,otp,mfa}'
    where id = ${claims.sid}`);
  const after = await verifyAccessToken((await to(there.slug)).accessToken, keys);
  expect(after).toMatchObject({
    acr: 'aal2',
    amr: ['pwd', 'otp', 'mfa'],
    auth_time: claims.auth_time - 2 * 86_400,
    mfa_at: claims.auth_time - 86_400,
  });
  const [row] = await db.execute<{ s: number }>(sql`
    select extract(epoch from expires_at - auth_time)::int as s from session where id = ${after.sid}`);
  expect(row?.s).toBe(7 * 86_400);
});

test('a tenant that is unknown, suspended, the same, or where one is no active member refuses alike', async () => {
  const { to, here, there, tenant, db, annThere, session, refresh } = await signedIn();
  const stranger = await tenant();
  for (const slug of [
    stranger.slug,
    here.slug,
    'no-such-tenant',
    '',
    "' or true --",
    '\0',
    'x'.repeat(9_999),
  ])
    expect(await to(slug)).toEqual(REFUSED);
  await db.execute(sql`update tenant set active = false where tenant_id = ${there.id}`);
  expect(await to(there.slug)).toEqual(REFUSED);
  await db.execute(sql`update tenant set active = true where tenant_id = ${there.id}`);
  await db.execute(sql`update member set active = false where id = ${annThere.id}`);
  expect(await to(there.slug)).toEqual(REFUSED);
  expect((await refresh(session.refreshToken)).__typename).toBe('Session');
});

test('an access token whose session is over, or is not its own, leads nowhere', async () => {
  const { as, whoAmI, to, there, db, claims, member, here } = await signedIn();
  const other = await member(here.id);
  const stolen = as({ ...whoAmI, subject: other.id });
  expect((await stolen(SWITCH, { tenant: there.slug })).data.switchTenant).toEqual(REFUSED);
  await db.execute(sql`update session set ended_at = now() where id = ${claims.sid}`);
  expect(await to(there.slug)).toEqual(REFUSED);
  const nobody = as({ anonymous: true });
  expect((await nobody(SWITCH, { tenant: there.slug })).errors).toEqual(['switchTenant: UNAUTHENTICATED']);
});

test('fifty parallel calls begin exactly one session', async () => {
  const { to, there, live } = await signedIn();
  const answers = await Promise.all(Array.from({ length: 50 }, () => to(there.slug)));
  expect(answers.filter(({ __typename }) => __typename === 'Session')).toHaveLength(1);
  expect(await live()).toEqual([{ tenant: there.id }]);
});

test('a browser keeps its refresh token in the cookie, which a refusal leaves alone', async () => {
  const { ask, there } = await signedIn({ sessionMode: 'cookie' });
  const refused = await ask(SWITCH, { tenant: 'no-such-tenant' });
  expect(refused.headers).toEqual({});
  const { data, headers } = await ask(SWITCH, { tenant: there.slug });
  expect(data.switchTenant.refreshToken).toBeNull();
  expect(headers['set-cookie']).toMatch(/^__Host-chorus_refresh=[\w.-]+; Path=\//);
});

test('the viewer is told where else the person is an active member, by name', async () => {
  const { ask, as, tenant, member, ann, here, there, db } = await signedIn();
  const [alpha, closed, left] = [await tenant('Alpha'), await tenant('Closed'), await tenant('Left')];
  for (const { id } of [alpha, closed]) await member(id, { email: ann.email });
  const gone = await member(left.id, { email: ann.email });
  await db.execute(sql`update tenant set active = false where tenant_id = ${closed.id}`);
  await db.execute(sql`update member set active = false where id = ${gone.id}`);
  const tenants = [
    { slug: alpha.slug, name: 'Alpha' },
    { slug: there.slug, name: 'There' },
  ];
  expect((await ask(TENANTS)).data.viewer.tenants).toEqual(tenants);
  const elsewhere = as({ tenantId: newId(), subject: ann.id });
  expect((await elsewhere(TENANTS)).data.viewer.tenants).toEqual([]);
  const colleague = await member(here.id);
  expect((await as({ tenantId: here.id, subject: colleague.id })(TENANTS)).data.viewer.tenants).toEqual([]);
});

test('nobody asks where a member of another tenant could go', async () => {
  const { database, here, there, ann } = await signedIn();
  const ask = sql`select * from other_places(${here.id}::uuid, ${ann.id}::uuid, null)`;
  expect([...(await database.statements(there.id).execute(ask))]).toEqual([]);
  expect([...(await database.statements(null).execute(ask))]).toEqual([]);
  expect([...(await database.statements(here.id).execute(ask))]).toHaveLength(1);
});
