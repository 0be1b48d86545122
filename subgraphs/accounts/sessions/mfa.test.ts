import { verifyAccessToken } from '@chorus/shared/access-token.ts';
import { makeSigningKey } from '@chorus/tests/harness/keys.ts';
import { inProcess } from '@chorus/tests/harness/subgraph.ts';
import { sql } from 'drizzle-orm';
import { generateSync } from 'otplib';
import { expect, onTestFinished, test, vi } from 'vitest';
import { features } from '../features.ts';
import { given, PASSWORD, testServices, COMPLETE_MFA, REFRESH, REFUSED, SIGN_IN } from '../testing.ts';

/** Stands the clock in the middle of a half minute, so that no code ends while a test runs. */
function steadyClock() {
  vi.useFakeTimers({ toFake: ['Date'], now: Math.floor(Date.now() / 30_000) * 30_000 + 15_000 });
  onTestFinished(() => void vi.useRealTimers());
}

/** One enrolled person, and what signing in takes. */
async function challenged() {
  steadyClock();
  const services = testServices(await makeSigningKey());
  const subgraph = await inProcess('accounts', features, services);
  const { tenant, member } = given(subgraph.worker, services);
  const visitor = subgraph.as({ anonymous: true });
  const { id } = await tenant();
  const person = await member(id, { roles: ['owner'], totp: true });
  const challenge = async () =>
    (await visitor(SIGN_IN, { email: person.email, password: PASSWORD })).data.signIn;
  const complete = async (challengeToken: string, code: string) => {
    const { data, errors } = await visitor(COMPLETE_MFA, { challengeToken, code });
    expect(errors).toEqual([]);
    return data.completeMfa;
  };
  const code = (ago = 0) => generateSync({ secret: person.seed, epoch: Math.floor(Date.now() / 1000) - ago });
  const refresh = async (refreshToken: string) =>
    (await visitor(REFRESH, { refreshToken })).data.refreshSession;
  return { ...subgraph, services, person, tenantId: id, challenge, complete, code, refresh };
}

test('an enrolled person gets a challenge, and a session for the code', async () => {
  const { challenge, complete, code, services, person } = await challenged();
  const asked = await challenge();
  expect(asked).toMatchObject({ __typename: 'MfaChallenge', methods: ['totp'] });
  const session = await complete(asked.challengeToken, code());
  expect(session).toMatchObject({ __typename: 'Session', viewer: { member: { id: person.id } } });
  const claims = await verifyAccessToken(session.accessToken, services.tokenKeys.keys);
  expect(claims).toMatchObject({ acr: 'aal2', amr: ['pwd', 'otp', 'mfa'] });
  expect(Math.abs((claims.mfa_at ?? 0) - Date.now() / 1000)).toBeLessThan(20);
});

test('refreshing keeps when and how somebody signed in', async () => {
  const { challenge, complete, code, refresh, services, worker, tenantId } = await challenged();
  const session = await complete((await challenge()).challengeToken, code());
  await worker.statements(null).execute(sql`
    update session set auth_time = auth_time - interval '1 hour', mfa_at = mfa_at - interval '1 hour'
    where tenant_id = ${tenantId}`);
  const before = await verifyAccessToken(session.accessToken, services.tokenKeys.keys);
  const after = await verifyAccessToken(
    (await refresh(session.refreshToken)).accessToken,
    services.tokenKeys.keys,
  );
  expect(after).toMatchObject({
    sid: before.sid,
    acr: 'aal2',
    amr: before.amr,
    auth_time: before.auth_time - 3600,
    mfa_at: (before.mfa_at ?? 0) - 3600,
  });
});

test('fifty parallel uses of one code begin exactly one session', async () => {
  const { challenge, complete, code } = await challenged();
  const [first, second] = [await challenge(), await challenge()];
  const one = code();
  const answers = await Promise.all(
    Array.from({ length: 50 }, (_, index) => complete((index % 2 ? first : second).challengeToken, one)),
  );
  const begun = answers.filter(({ __typename }) => __typename === 'Session');
  expect(begun).toHaveLength(1);
  expect(answers.filter((answer) => answer !== begun[0])).toEqual(Array.from({ length: 49 }, () => REFUSED));
});

test('a challenge is good for one session, also with the next code', async () => {
  const { challenge, complete, code } = await challenged();
  const { challengeToken } = await challenge();
  expect((await complete(challengeToken, code(30))).__typename).toBe('Session');
  expect(await complete(challengeToken, code())).toEqual(REFUSED);
});

test('wrong, old and malformed codes get one answer, and the right one still works', async () => {
  const { challenge, complete, code, worker } = await challenged();
  const { challengeToken } = await challenge();
  const wrong = String((Number(code()) + 1) % 1_000_000).padStart(6, '0');
  const malformed = [
    '',
    '12345',
    '1234567',
    'abcdef',
    '１２３４５６',
    '-12345',
    '1e5000',
    '\0',
    'x'.repeat(10_000),
  ];
  for (const bad of [wrong, code(3600), ...malformed]) {
    await worker.statements(null).execute(sql`delete from attempt`);
    expect(await complete(challengeToken, bad)).toEqual(REFUSED);
  }
  const right = code();
  expect((await complete(challengeToken, `${right.slice(0, 3)} ${right.slice(3)}`)).__typename).toBe(
    'Session',
  );
});

test('a challenge that is forged, of another kind or of another installation is refused', async () => {
  const { challenge, complete, code } = await challenged();
  const { challengeToken } = await challenge();
  const foreign = await (await challenged()).challenge();
  const session = await complete((await challenge()).challengeToken, code(30));
  const [header, , signature] = challengeToken.split('.');
  const forged = [header, Buffer.from('{"sub":"somebody"}').toString('base64url'), signature].join('.');
  for (const bad of ['', 'x.y.z', forged, foreign.challengeToken, session.accessToken, 'x'.repeat(100_000)]) {
    expect(await complete(bad, code())).toEqual(REFUSED);
  }
  expect((await complete(challengeToken, code())).__typename).toBe('Session');
});

test('somebody made inactive while holding a challenge is refused', async () => {
  const { challenge, complete, code, worker, person } = await challenged();
  const { challengeToken } = await challenge();
  await worker.statements(null).execute(sql`update member set active = false where id = ${person.id}`);
  expect(await complete(challengeToken, code())).toEqual(REFUSED);
});
