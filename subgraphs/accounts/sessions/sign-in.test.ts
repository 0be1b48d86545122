import { verifyAccessToken } from '@chorus/shared/access-token.ts';
import { SYSTEM_ROLES } from '@chorus/shared/permissions.ts';
import { makeSigningKey } from '@chorus/tests/harness/keys.ts';
import { inProcess } from '@chorus/tests/harness/subgraph.ts';
import { sql } from 'drizzle-orm';
import { expect, onTestFinished, test } from 'vitest';
import { features } from '../features.ts';
import { ARGON2_RUNS } from '../people/passwords.ts';
import { given, PASSWORD, testServices, REFUSED, SIGN_IN } from '../testing.ts';

async function accounts(production = false) {
  const services = testServices(await makeSigningKey(), production);
  const subgraph = await inProcess('accounts', features, services);
  const visitor = subgraph.as({ anonymous: true });
  const signIn = async (email: string, tenant?: string, password = PASSWORD) => {
    const { data, errors } = await visitor(SIGN_IN, { email, password, tenant });
    expect(errors).toEqual([]);
    return data.signIn;
  };
  return { ...subgraph, ...given(subgraph.worker, services), services, visitor, signIn };
}

test('the right password begins a session whose token says who, where and how', async () => {
  const { tenant, member, signIn, services } = await accounts();
  const { id: tid, slug } = await tenant();
  const { id: sub, email } = await member(tid, { roles: ['analyst'] });
  const before = Math.floor(Date.now() / 1000);
  const session = await signIn(email, slug);
  expect(session).toMatchObject({
    __typename: 'Session',
    viewer: {
      email,
      member: { id: sub },
      tenant: { slug },
      permissions: SYSTEM_ROLES.analyst,
    },
  });
  const claims = await verifyAccessToken(session.accessToken, services.tokenKeys.keys);
  expect(claims).toMatchObject({ sub, tid, pv: 1, acr: 'aal1', amr: ['pwd'] });
  expect(claims).not.toHaveProperty('mfa_at');
  expect(claims.auth_time).toBeGreaterThanOrEqual(before);
  expect(Date.parse(session.expiresAt) / 1000 - before).toBeGreaterThanOrEqual(600);
});

test('upper case, spaces around the address and a missing tenant are forgiven', async () => {
  const { tenant, member, signIn } = await accounts();
  const { email } = await member((await tenant()).id);
  expect((await signIn(` ${email.toUpperCase()} `)).__typename).toBe('Session');
});

test('a wrong password, an unknown address and an unknown tenant get one answer', async () => {
  const { tenant, member, signIn } = await accounts();
  const [{ id, slug }, other] = [await tenant(), await tenant()];
  const { email } = await member(id);
  const attempts = [
    signIn(email, slug, 'wrong password'),
    signIn(email, slug, 'short'),
    signIn(email, slug, 'x'.repeat(5_000)),
    signIn('nobody@people.test', slug),
    signIn(email, 'no-such-tenant'),
    signIn(email, other.slug),
    signIn(email, "'; drop table person; --\0"),
    signIn('not an address \0', slug),
    signIn(`${'x'.repeat(300)}@people.test`, slug),
  ];
  for (const answer of await Promise.all(attempts)) expect(answer).toEqual(REFUSED);
});

test('whoever is unknown costs one argon2 and the same statements as a wrong password', async () => {
  const { tenant, member, signIn, statements } = await accounts();
  const { id, slug } = await tenant();
  const { email } = await member(id);
  let runs = 0;
  const count = () => (runs += 1);
  ARGON2_RUNS.subscribe(count);
  onTestFinished(() => {
    ARGON2_RUNS.unsubscribe(count);
  });
  const cost = async (...whom: [email: string, tenant: string]) => {
    [runs, statements.length] = [0, 0];
    await signIn(...whom, 'wrong password');
    return { runs, statements: [...statements] };
  };
  const known = await cost(email, slug);
  expect(known.runs).toBe(1);
  expect(known.statements.length).toBeGreaterThan(2);
  expect(await cost('nobody@people.test', slug)).toEqual(known);
  expect(await cost(email, 'no-such-tenant')).toEqual(known);
});

test('the slug decides for people of several tenants, and without it they are refused', async () => {
  const { tenant, member, signIn } = await accounts();
  const [first, second] = [await tenant(), await tenant()];
  const { email } = await member(first.id, { roles: ['viewer'] });
  const { id } = await member(second.id, { email, roles: ['admin'] });
  expect(await signIn(email)).toEqual(REFUSED);
  expect((await signIn(email, second.slug)).viewer).toMatchObject({
    member: { id },
    tenant: { slug: second.slug },
  });
});

test('an inactive member or tenant is refused like a wrong password', async () => {
  const { tenant, member, signIn, worker } = await accounts();
  const [gone, closed] = [await tenant(), await tenant()];
  const [left, shutOut] = [await member(gone.id), await member(closed.id)];
  const db = worker.statements(null);
  await db.execute(sql`update member set active = false where id = ${left.id}`);
  await db.execute(sql`update tenant set active = false where tenant_id = ${closed.id}`);
  expect(await signIn(left.email, gone.slug)).toEqual(REFUSED);
  expect(await signIn(shutOut.email, closed.slug)).toEqual(REFUSED);
});

test('demo people are refused in production', async () => {
  const { tenant, member, signIn } = await accounts(true);
  const { id, slug } = await tenant();
  const { email } = await member(id, { demo: true });
  expect(await signIn(email, slug)).toEqual(REFUSED);
});

test('a browser that asks for a cookie gets the refresh token there only', async () => {
  const { as, tenant, member } = await accounts();
  const { email } = await member((await tenant()).id);
  const signIn = async (request: Record<string, string>) => {
    const { data, headers } = await as({ anonymous: true }, request)(SIGN_IN, { email, password: PASSWORD });
    expect(data.signIn.refreshToken).toBeNull();
    return headers['set-cookie'];
  };
  const safe = /^__Host-chorus_refresh=[\w.-]+; Path=\/; Max-Age=86400; HttpOnly; SameSite=Strict; Secure$/;
  expect(await signIn({ sessionMode: 'cookie', scheme: 'https', clientAddress: '127.0.0.1' })).toMatch(safe);
  expect(await signIn({ sessionMode: 'cookie', scheme: 'http', clientAddress: '192.0.2.7' })).toMatch(safe);
  expect(await signIn({ sessionMode: 'cookie' })).toMatch(safe);
  expect(await signIn({ sessionMode: 'cookie', scheme: 'http', clientAddress: '127.0.0.1' })).toMatch(
    /^chorus_refresh=[\w.-]+; Path=\/; Max-Age=86400; HttpOnly; SameSite=Strict$/,
  );
});

test('the viewer is who calls, with what the caller may do', async () => {
  const { as, tenant, member } = await accounts();
  const { id: tenantId, slug } = await tenant();
  const { id: subject, email } = await member(tenantId);
  const { data, errors } = await as({ tenantId, subject, permissions: ['mentions.read'] })(
    '{ viewer { email member { id } tenant { slug } permissions } }',
  );
  expect(errors).toEqual([]);
  expect(data.viewer).toEqual({
    email,
    member: { id: subject },
    tenant: { slug },
    permissions: ['mentions.read'],
  });
});

test('nobody who has not signed in is a viewer', async () => {
  const { visitor } = await accounts();
  expect(await visitor('{ viewer { email } }')).toMatchObject({
    data: { viewer: null },
    errors: ['viewer: UNAUTHENTICATED'],
  });
});
