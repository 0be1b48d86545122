import { newId } from '@chorus/shared/id.ts';
import { codeOf, later, signingIn } from '@chorus/tests/harness/signing-in.ts';
import { sql } from 'drizzle-orm';
import { expect, test } from 'vitest';
import { REFUSED, SIGN_OUT, STEP_UP } from '../testing.ts';

/** Somebody who signed in with a factor an hour ago. */
async function anHourLater() {
  const here = await signingIn();
  const person = await here.signedIn({ totp: true, roles: ['owner'] });
  later(3600);
  const { refreshToken, accessToken } = await here.refresh(person.session.refreshToken);
  const ask = await here.bearer(accessToken);
  const stepUp = async (code: string) => {
    const { data, errors } = await ask(STEP_UP, { code });
    expect(errors).toEqual([]);
    return data.stepUp;
  };
  return { ...here, person, refreshToken, accessToken, ask, stepUp };
}

const SENSITIVE = 'mutation { updateSecurityPolicy(input: { graceDays: 3 }) { __typename } }';

test('what is dangerous is open after stepping up, for a quarter of an hour, and a refresh does not prolong it', async () => {
  const { ask, stepUp, person, bearer, claimsOf, refresh, accessToken } = await anHourLater();
  expect((await ask(SENSITIVE)).errors).toEqual(['updateSecurityPolicy: MFA_REQUIRED']);
  const session = await stepUp(codeOf(person.seed));
  const [before, after] = [await claimsOf(accessToken), await claimsOf(session.accessToken)];
  expect(after).toMatchObject({ sid: before.sid, auth_time: before.auth_time, acr: 'aal2' });
  expect(after.mfa_at).toBe(Math.floor(Date.now() / 1000));
  expect((await (await bearer(session.accessToken))(SENSITIVE)).errors).toEqual([]);

  later(901);
  const refreshed = await refresh(session.refreshToken);
  expect((await claimsOf(refreshed.accessToken)).mfa_at).toBe(after.mfa_at);
  const again = await (await bearer(refreshed.accessToken))(SENSITIVE);
  expect(again.errors).toEqual(['updateSecurityPolicy: MFA_REQUIRED']);
});

test('the refresh token of before answers the new one for tabs, and later ends the session', async () => {
  const { stepUp, person, refresh, refreshToken, db, tenantId } = await anHourLater();
  const session = await stepUp(codeOf(person.seed));
  expect(session.refreshToken).not.toBe(refreshToken);
  expect((await refresh(refreshToken)).refreshToken).toBe(session.refreshToken);
  await db.execute(sql`
    update session set rotated_at = now() - interval '11 seconds' where tenant_id = ${tenantId}`);
  expect(await refresh(refreshToken)).toEqual(REFUSED);
  expect(await refresh(session.refreshToken)).toEqual(REFUSED);
});

test('fifty parallel uses of one code step up once', async () => {
  const { stepUp, person, audited } = await anHourLater();
  const code = codeOf(person.seed);
  const answers = await Promise.all(Array.from({ length: 50 }, () => stepUp(code)));
  expect(answers.filter(({ __typename }) => __typename === 'Session')).toHaveLength(1);
  expect(await audited('session.stepped-up')).toHaveLength(1);
  expect(await stepUp(code)).toEqual(REFUSED);
});

test('wrong and malformed codes get one answer and one audit record each, without their text', async () => {
  const { stepUp, person, db, audited } = await anHourLater();
  const wrong = String((Number(codeOf(person.seed)) + 1) % 1_000_000).padStart(6, '0');
  const bad = [wrong, '', 'abcdef', '\0', 'x'.repeat(10_000), 'ABCD-EFGH-IJKL-MNOP-QRST-UVWX'];
  for (const code of bad) {
    await db.execute(sql`delete from attempt`);
    expect(await stepUp(code)).toEqual(REFUSED);
  }
  const events = await audited('step-up.refused');
  expect(events).toHaveLength(bad.length);
  for (const event of events)
    for (const text of [wrong, 'x'.repeat(50), 'ABCD']) expect(event).not.toContain(text);
});

test('failures of stepping up and of signing in are counted together', async () => {
  const { stepUp, person, signIn, completeMfa } = await anHourLater();
  for (let tries = 0; tries < 5; tries += 1) expect(await stepUp('000000')).toEqual(REFUSED);
  const { challengeToken } = await signIn(person.email);
  expect(await completeMfa(challengeToken, codeOf(person.seed))).toEqual(REFUSED);
});

test('a browser gets its new refresh token in the cookie', async () => {
  const { bearer, accessToken, person } = await anHourLater();
  const browser = await bearer(accessToken, { sessionMode: 'cookie' });
  const { data, headers } = await browser(STEP_UP, { code: codeOf(person.seed) });
  expect(data.stepUp).toMatchObject({ __typename: 'Session', refreshToken: null });
  expect(headers['set-cookie']).toMatch(/^__Host-chorus_refresh=[\w.-]+; Path=\/; Max-Age=86400; HttpOnly/);
});

test('the session that is stepped up is the caller’s own; one that ended stays so', async () => {
  const { stepUp, person, refreshToken, visitor } = await anHourLater();
  await visitor(SIGN_OUT, { refreshToken });
  expect(await stepUp(codeOf(person.seed))).toEqual(REFUSED);
});

test('nobody and API keys do not step up, and whoever has no factor is refused', async () => {
  const { visitor, as, tenantId, signedIn } = await signingIn();
  expect((await visitor(STEP_UP, { code: '123456' })).errors).toEqual(['stepUp: UNAUTHENTICATED']);
  const key = as({ tenantId, subject: newId(), identity: { kind: 'key' } });
  expect((await key(STEP_UP, { code: '123456' })).errors).toEqual(['stepUp: FORBIDDEN']);
  const { ask } = await signedIn();
  expect((await ask(STEP_UP, { code: '123456' })).data.stepUp).toEqual(REFUSED);
});
