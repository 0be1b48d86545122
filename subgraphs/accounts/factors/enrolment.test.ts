import { newId } from '@chorus/shared/id.ts';
import { codeOf, later, signingIn } from '@chorus/tests/harness/signing-in.ts';
import { sql } from 'drizzle-orm';
import { expect, test } from 'vitest';
import { COMPLETE_MFA, CONFIRM_TOTP, ENROL_TOTP, REFUSED } from '../testing.ts';

const ENROLMENT_REFUSED = { __typename: 'FactorRefused', message: 'That was not accepted.' };

/** Somebody without a factor who is signed in. */
async function signedIn() {
  const here = await signingIn();
  const person = await here.signedIn();
  const enrol = async () => (await person.ask(ENROL_TOTP)).data.enrolTotp;
  const confirm = async (code: string) => (await person.ask(CONFIRM_TOTP, { code })).data.confirmTotp;
  return { ...here, person, enrol, confirm };
}

test('the seed is shown once for the app, and the first code makes it the factor of a surer session', async () => {
  const { enrol, confirm, person, claimsOf, signIn, completeMfa, audited, mails } = await signedIn();
  const shown = await enrol();
  expect(shown.secret).toMatch(/^[A-Z2-7]{32}$/);
  expect(shown.uri).toContain(`otpauth://totp/Chorus:${encodeURIComponent(person.email)}?`);
  expect(shown.uri).toContain(`secret=${shown.secret}`);
  expect(Date.parse(shown.expiresAt)).toBe(Date.now() + 600_000);

  const { session } = await confirm(codeOf(shown.secret));
  const [before, after] = [await claimsOf(person.session.accessToken), await claimsOf(session.accessToken)];
  expect(after).toMatchObject({ sid: before.sid, auth_time: before.auth_time, amr: ['pwd', 'otp', 'mfa'] });
  expect(after.mfa_at).toBe(Math.floor(Date.now() / 1000));
  expect(session.refreshToken).not.toBe(person.session.refreshToken);

  later(30);
  const challenge = await signIn(person.email);
  expect(challenge.methods).toEqual(['totp', 'recovery-code']);
  expect(await completeMfa(challenge.challengeToken, codeOf(shown.secret))).toMatchObject({
    __typename: 'Session',
  });
  expect(await audited('factor.enrolled')).toHaveLength(1);
  const letters = await mails(person.email);
  expect(letters).toMatchObject([{ subject: 'An authenticator app was added to your Chorus account' }]);
  expect(letters[0]?.text).not.toContain(shown.secret);
});

test('a browser that enrols gets its new refresh token in the cookie', async () => {
  const { enrol, person, bearer } = await signedIn();
  const { secret } = await enrol();
  const browser = await bearer(person.session.accessToken, { sessionMode: 'cookie' });
  const { data, headers } = await browser(CONFIRM_TOTP, { code: codeOf(secret) });
  expect(data.confirmTotp.session.refreshToken).toBeNull();
  expect(headers['set-cookie']).toContain('__Host-chorus_refresh=');
});

test('the code that confirmed does not sign in again', async () => {
  const { enrol, confirm, person, signIn, completeMfa } = await signedIn();
  const { secret } = await enrol();
  await confirm(codeOf(secret));
  const { challengeToken } = await signIn(person.email);
  expect(await completeMfa(challengeToken, codeOf(secret))).toEqual(REFUSED);
});

test('a code of the enrolment in progress proves nothing yet', async () => {
  const { signedIn: join, signIn, completeMfa } = await signingIn();
  const { email, ask } = await join({ totp: true });
  const { secret } = (await ask(ENROL_TOTP)).data.enrolTotp;
  const { challengeToken } = await signIn(email);
  expect(await completeMfa(challengeToken, codeOf(secret))).toEqual(REFUSED);
});

test('fifty parallel confirmations make one factor and one set of recovery codes', async () => {
  const { enrol, confirm, db, person } = await signedIn();
  const { secret } = await enrol();
  const answers = await Promise.all(Array.from({ length: 50 }, () => confirm(codeOf(secret))));
  const confirmed = answers.filter((answer) => answer?.__typename === 'TotpConfirmed');
  expect(confirmed).toHaveLength(1);
  const [row] = await db.execute(sql`
    select count(*)::int as codes from recovery_code where person_id = ${person.personId}`);
  expect(row).toEqual({ codes: 10 });
});

test('wrong, malformed and late codes get one answer, each tried one audit record, and none its text', async () => {
  const { enrol, confirm, db, audited } = await signedIn();
  const { secret } = await enrol();
  const wrong = String((Number(codeOf(secret)) + 1) % 1_000_000).padStart(6, '0');
  const bad = [
    wrong,
    '',
    'abcdef',
    '１２３４５６',
    '\0',
    'x'.repeat(10_000),
    'ABCD-EFGH-IJKL-MNOP-QRST-UVWX',
  ];
  for (const code of bad) {
    await db.execute(sql`delete from attempt`);
    expect(await confirm(code)).toEqual(ENROLMENT_REFUSED);
  }
  await db.execute(sql`update totp_enrolment set created_at = now() - interval '10 minutes'`);
  await db.execute(sql`delete from attempt`);
  expect(await confirm(codeOf(secret))).toEqual(ENROLMENT_REFUSED);
  const events = await audited('enrolment.refused');
  expect(events).toHaveLength(bad.length + 1);
  for (const event of events) {
    expect(event).not.toContain(secret);
    expect(event).not.toContain(wrong);
    expect(event.length).toBeLessThan(2_000);
  }
});

test('five codes are verified in a quarter of an hour, counted before they are', async () => {
  const { enrol, confirm, statements } = await signedIn();
  const { secret } = await enrol();
  const wrong = (index: number) => String((Number(codeOf(secret)) + 1 + index) % 1_000_000).padStart(6, '0');
  await Promise.all(Array.from({ length: 50 }, (_, index) => confirm(wrong(index))));
  expect(statements.filter((text) => text.includes('find_totp_enrolment'))).toHaveLength(5);
  expect(await confirm(codeOf(secret))).toEqual(ENROLMENT_REFUSED);
});

test('a new factor in place of one needs a second factor not older than a quarter of an hour', async () => {
  const { signedIn: join, signIn, completeMfa, bearer } = await signingIn();
  const { email, seed, ask } = await join({ totp: true });
  const { secret } = (await ask(ENROL_TOTP)).data.enrolTotp;
  later(901);
  expect((await ask(ENROL_TOTP)).errors).toEqual(['enrolTotp: MFA_REQUIRED']);
  expect((await ask(CONFIRM_TOTP, { code: codeOf(secret) })).errors).toEqual(['confirmTotp: MFA_REQUIRED']);

  const { challengeToken } = await signIn(email);
  const { accessToken } = await completeMfa(challengeToken, codeOf(seed));
  const fresh = await bearer(accessToken);
  const { data } = await fresh(CONFIRM_TOTP, { code: codeOf(secret) });
  expect(data.confirmTotp.__typename).toBe('TotpConfirmed');
  later(30);
  const next = await signIn(email);
  expect(await completeMfa(next.challengeToken, codeOf(seed))).toEqual(REFUSED);
  expect((await completeMfa(next.challengeToken, codeOf(secret))).__typename).toBe('Session');
});

test('whoever has only the password enrols nothing over a factor', async () => {
  const { enrol, confirm, person, signIn, bearer } = await signedIn();
  const thief = await bearer((await signIn(person.email)).accessToken);
  const stolen = (await thief(ENROL_TOTP)).data.enrolTotp;
  const { secret } = await enrol();
  expect((await thief(CONFIRM_TOTP, { code: codeOf(stolen.secret) })).data.confirmTotp).toEqual(
    ENROLMENT_REFUSED,
  );
  await confirm(codeOf(secret));
  expect((await thief(ENROL_TOTP)).errors).toEqual(['enrolTotp: MFA_REQUIRED']);
  expect((await thief(CONFIRM_TOTP, { code: codeOf(stolen.secret) })).errors).toEqual([
    'confirmTotp: MFA_REQUIRED',
  ]);
});

test('the seed of one person never opens for another', async () => {
  const { signedIn: join, db, signIn, visitor } = await signingIn();
  const [one, other] = [await join({ totp: true }), await join({ totp: true })];
  await db.execute(sql`
    update totp_factor set seed = (select seed from totp_factor where person_id = ${one.personId})
    where person_id = ${other.personId}`);
  later(30);
  const { challengeToken } = await signIn(other.email);
  const { data, errors } = await visitor(COMPLETE_MFA, { challengeToken, code: codeOf(one.seed) });
  expect(data.completeMfa).toBeNull();
  expect(errors).toEqual(['completeMfa: INTERNAL']);
});

test('nobody enrols without signing in, with a token of another kind, or as an API key', async () => {
  const { visitor, as, tenantId, person } = await signedIn();
  expect((await visitor(ENROL_TOTP)).errors).toEqual(['enrolTotp: UNAUTHENTICATED']);
  expect((await visitor(CONFIRM_TOTP, { code: '123456' })).errors).toEqual(['confirmTotp: UNAUTHENTICATED']);
  for (const enrolmentToken of ['', 'x.y.z', person.session.accessToken, 'x'.repeat(100_000)]) {
    expect((await visitor(ENROL_TOTP, { enrolmentToken })).data.enrolTotp).toEqual(ENROLMENT_REFUSED);
  }
  const key = as({ tenantId, subject: newId(), identity: { kind: 'key' } });
  expect((await key(ENROL_TOTP)).errors).toEqual(['enrolTotp: FORBIDDEN']);
});
