import { newId } from '@chorus/shared/id.ts';
import { verifyAccessToken } from '@chorus/shared/access-token.ts';
import { makeSigningKey } from '@chorus/tests/harness/keys.ts';
import { inProcess } from '@chorus/tests/harness/subgraph.ts';
import { sql } from 'drizzle-orm';
import { expect, test } from 'vitest';
import { features } from '../features.ts';
import { queuedMails } from '../mail/testing.ts';
import { rotateSession } from './sessions.queries.ts';
import { given, PASSWORD, testServices, REFRESH, REFUSED, SIGN_IN, SIGN_OUT } from '../testing.ts';

/** One person who has just signed in. */
async function signedIn() {
  const services = testServices(await makeSigningKey());
  const subgraph = await inProcess('accounts', features, services);
  const { tenant, member } = given(subgraph.worker, services);
  const visitor = subgraph.as({ anonymous: true });
  const { id: tenantId } = await tenant();
  const person = await member(tenantId);
  const { data } = await visitor(SIGN_IN, { email: person.email, password: PASSWORD });
  const first: string = data.signIn.refreshToken;
  const { sid } = await verifyAccessToken(data.signIn.accessToken, services.tokenKeys.keys);
  const refresh = async (refreshToken: string) => {
    const answer = await visitor(REFRESH, { refreshToken });
    expect(answer.errors).toEqual([]);
    return answer.data.refreshSession;
  };
  const db = subgraph.worker.statements(null);
  const rotatedLongAgo = (seconds: number) =>
    db.execute(
      sql`update session set rotated_at = now() - make_interval(secs => ${seconds}) where id = ${sid}`,
    );
  return { ...subgraph, services, visitor, tenantId, person, first, sid, refresh, db, rotatedLongAgo };
}

test('a refresh token is exchanged for the next, in the same session', async () => {
  const { first, refresh, services, sid } = await signedIn();
  const second = await refresh(first);
  expect(second.refreshToken).not.toBe(first);
  expect((await verifyAccessToken(second.accessToken, services.tokenKeys.keys)).sid).toBe(sid);
  expect((await refresh(second.refreshToken)).__typename).toBe('Session');
});

test('for ten seconds the token before answers the same successor, later it ends the session', async () => {
  const { first, refresh, rotatedLongAgo } = await signedIn();
  const { refreshToken } = await refresh(first);
  await rotatedLongAgo(9);
  expect((await refresh(first)).refreshToken).toBe(refreshToken);
  await rotatedLongAgo(11);
  expect(await refresh(first)).toEqual(REFUSED);
  expect(await refresh(refreshToken)).toEqual(REFUSED);
});

test('a token older than the one before ends the session at once, and the person is told', async () => {
  const { first, refresh, worker, services, person } = await signedIn();
  const second = await refresh(first);
  const third = await refresh(second.refreshToken);
  expect(await refresh(first)).toEqual(REFUSED);
  expect(await refresh(third.refreshToken)).toEqual(REFUSED);
  const letters = await queuedMails(worker, services)(person.email);
  expect(letters).toMatchObject([{ subject: 'Your Chorus session was ended' }]);
});

test('fifty parallel exchanges of one token give one live chain', async () => {
  const { first, refresh } = await signedIn();
  const answers = await Promise.all(Array.from({ length: 50 }, () => refresh(first)));
  const successors = new Set(answers.map(({ refreshToken }) => refreshToken));
  expect(successors.size).toBe(1);
  const [successor] = successors;
  expect((await refresh(successor)).__typename).toBe('Session');
});

test('one number of a session is left behind once only, so that a late exchange cannot turn it back', async () => {
  const { database, tenantId, sid } = await signedIn();
  const scope = { db: database.statements(tenantId), tenantId };
  const rotated = await Promise.all(Array.from({ length: 50 }, () => rotateSession(scope, sid, 0)));
  expect(rotated.filter(Boolean)).toHaveLength(1);
  expect(await rotateSession(scope, sid, 1)).toBe(true);
  expect(await rotateSession(scope, sid, 0)).toBe(false);
});

test('fifty parallel reuses of a token that was left behind end the session once', async () => {
  const { first, refresh, db, tenantId } = await signedIn();
  const { refreshToken: second } = await refresh(first);
  await refresh(second);
  const answers = await Promise.all(Array.from({ length: 50 }, () => refresh(first)));
  expect(answers).toEqual(Array.from({ length: 50 }, () => REFUSED));
  const told = await db.execute(sql`
    select from audit_event where tenant_id = ${tenantId} and action = 'session.token-reused'`);
  expect(told).toHaveLength(1);
});

test('forged and malformed tokens are refused and do not end the session', async () => {
  const { first, refresh } = await signedIn();
  const [id, , mac = ''] = first.split('.');
  const another = `${mac.startsWith('A') ? 'B' : 'A'}${mac.slice(1)}`;
  const bad = ['', 'junk', `${id}.0.${another}`, `${id}.1.${mac}`, `${newId()}.0.${mac}`, `${id}.-1.${mac}`];
  for (const token of [...bad, `${id}.99999999999.${mac}`, 'x'.repeat(100_000)]) {
    expect(await refresh(token)).toEqual(REFUSED);
  }
  expect((await refresh(first)).__typename).toBe('Session');
});

test.each([
  ['idle for a day', sql`update session set rotated_at = now() - interval '25 hours' where id = `],
  ['a week old', sql`update session set expires_at = now() where id = `],
])('a session %s is over', async (_, change) => {
  const { first, refresh, db, sid } = await signedIn();
  await db.execute(sql`${change}${sid}`);
  expect(await refresh(first)).toEqual(REFUSED);
});

test('a session of somebody made inactive is over', async () => {
  const { first, refresh, db, person } = await signedIn();
  await db.execute(sql`update member set active = false where id = ${person.id}`);
  expect(await refresh(first)).toEqual(REFUSED);
});

test('signing out ends the session of the token, once, and tells everyone', async () => {
  const { first, refresh, visitor, db, tenantId } = await signedIn();
  const signOut = () => visitor(SIGN_OUT, { refreshToken: first });
  expect((await signOut()).data.signOut).toEqual({ __typename: 'SignedOut', ended: true });
  expect((await signOut()).data.signOut).toEqual({ __typename: 'SignedOut', ended: false });
  expect(await refresh(first)).toEqual(REFUSED);
  const told = await db.execute(
    sql`select type, data from outbox where tenant_id = ${tenantId} order by sequence`,
  );
  expect(told.at(-1)).toEqual({ type: 'tenant.changed', data: { version: 2 } });
});

test('without a token the session of the caller ends, and nobody has none', async () => {
  const { as, visitor } = await signedIn();
  expect((await as()('mutation { signOut { ... on SignedOut { ended } } }')).data.signOut).toEqual({
    ended: false,
  });
  expect((await visitor(SIGN_OUT)).errors).toEqual(['signOut: UNAUTHENTICATED']);
});

test('a browser refreshes and signs out with its cookie, which is read only when it says so', async () => {
  const { as, first, visitor } = await signedIn();
  const cookies = `other=1; __Host-chorus_refresh=${first}; last=2`;
  expect((await as({ anonymous: true }, { cookies })(REFRESH)).data.refreshSession).toEqual(REFUSED);

  const browser = as({ anonymous: true }, { cookies, sessionMode: 'cookie' });
  const refreshed = await browser(REFRESH);
  expect(refreshed.data.refreshSession).toMatchObject({ __typename: 'Session', refreshToken: null });
  expect(refreshed.headers['set-cookie']).toContain('__Host-chorus_refresh=');

  const out = await browser(SIGN_OUT);
  expect(out.data.signOut.ended).toBe(true);
  expect(out.headers['set-cookie']).toBe(
    '__Host-chorus_refresh=; Path=/; Max-Age=0; HttpOnly; SameSite=Strict; Secure',
  );
  expect((await visitor(REFRESH, { refreshToken: first })).data.refreshSession).toEqual(REFUSED);
});
