import { newId } from '@chorus/shared/id.ts';
import { codeOf, later, signingIn } from '@chorus/tests/harness/signing-in.ts';
import { sql } from 'drizzle-orm';
import { expect, test } from 'vitest';
import { REFUSED, STEP_UP } from '../testing.ts';

const REGENERATE = `mutation {
  regenerateRecoveryCodes { __typename ... on RecoveryCodes { recoveryCodes } ... on Problem { message } }
}`;

/** Somebody with a factor and recovery codes. */
async function withCodes() {
  const here = await signingIn();
  const person = await here.signedIn({ totp: true });
  const { data } = await person.ask(REGENERATE);
  const codes: string[] = data.regenerateRecoveryCodes.recoveryCodes;
  const left = async () =>
    (await person.ask('{ viewer { factors { totp recoveryCodesLeft } } }')).data.viewer.factors;
  const complete = async (code: string) => {
    const { challengeToken } = await here.signIn(person.email);
    return here.completeMfa(challengeToken, code);
  };
  return { ...here, person, codes, left, complete };
}

test('ten codes of 120 random bits are shown once and stored as something else', async () => {
  const { codes, db, left } = await withCodes();
  expect(new Set(codes)).toHaveLength(10);
  for (const code of codes) expect(code).toMatch(/^([A-Z2-7]{4}-){5}[A-Z2-7]{4}$/);
  const stored = await db.execute<{ hmac: string }>(sql`select hmac from recovery_code`);
  for (const { hmac } of stored) for (const code of codes) expect(hmac).not.toContain(code.slice(0, 4));
  expect(await left()).toEqual({ totp: true, recoveryCodesLeft: 10 });
});

test('a code signs in once, however it is typed, and says so in the token', async () => {
  const {
    codes: [first = '', second = ''],
    complete,
    claimsOf,
    left,
  } = await withCodes();
  const session = await complete(` ${first.toLowerCase().replaceAll('-', ' ')} `);
  const claims = await claimsOf(session.accessToken);
  expect(claims).toMatchObject({ acr: 'aal2', amr: ['pwd', 'mfa'] });
  expect(claims.mfa_at).toBe(Math.floor(Date.now() / 1000));
  expect(await left()).toEqual({ totp: true, recoveryCodesLeft: 9 });
  expect(await complete(first)).toEqual(REFUSED);
  expect((await complete(second.replaceAll('-', ''))).__typename).toBe('Session');
});

test('whoever used a code to sign in or to step up is mailed how many are left, and no code', async () => {
  const { codes, complete, person, mails } = await withCodes();
  const [first = '', second = ''] = codes;
  await complete(first);
  await complete(first);
  await person.ask(STEP_UP, { code: second });
  const texts = (await mails(person.email)).map(({ text }) => text);
  expect(new Set(texts.map((text) => /left: (\d+)/.exec(text)?.[1]))).toEqual(new Set(['8', '9']));
  for (const text of texts) for (const code of codes) expect(text).not.toContain(code.slice(0, 9));
});

test('fifty parallel uses of one code succeed once, whether they sign in or step up', async () => {
  const {
    codes: [code = ''],
    person,
    signIn,
    completeMfa,
    left,
  } = await withCodes();
  const { challengeToken } = await signIn(person.email);
  const answers = await Promise.all(
    Array.from({ length: 50 }, async (_, index) =>
      index % 2 ? completeMfa(challengeToken, code) : (await person.ask(STEP_UP, { code })).data.stepUp,
    ),
  );
  expect(answers.filter(({ __typename }) => __typename === 'Session')).toHaveLength(1);
  expect(await left()).toEqual({ totp: true, recoveryCodesLeft: 9 });
});

test('a code of somebody else is refused, and stays good for its owner', async () => {
  const {
    codes: [code = ''],
    signedIn,
    complete,
  } = await withCodes();
  const other = await signedIn({ totp: true });
  expect((await other.ask(STEP_UP, { code })).data.stepUp).toEqual(REFUSED);
  expect((await complete(code)).__typename).toBe('Session');
});

test('five codes are tried in a quarter of an hour, and the app is not locked by them', async () => {
  const {
    codes: [code = ''],
    complete,
    statements,
    person,
    signIn,
    completeMfa,
  } = await withCodes();
  const wrong = 'AAAA-BBBB-CCCC-DDDD-EEEE-FFFF';
  const { challengeToken } = await signIn(person.email);
  const answers = await Promise.all(Array.from({ length: 50 }, () => completeMfa(challengeToken, wrong)));
  expect(answers).toEqual(Array.from({ length: 50 }, () => REFUSED));
  expect(statements.filter((text) => text.includes('use_recovery_code'))).toHaveLength(5);
  expect(await complete(code)).toEqual(REFUSED);
  later(30);
  expect((await complete(codeOf(person.seed))).__typename).toBe('Session');
});

test('new codes kill those before, also when made fifty times at once', async () => {
  const {
    codes: [old = ''],
    person,
    complete,
    left,
  } = await withCodes();
  const answers = await Promise.all(Array.from({ length: 50 }, () => person.ask(REGENERATE)));
  expect(answers.flatMap(({ errors }) => errors)).toEqual([]);
  expect(await left()).toEqual({ totp: true, recoveryCodesLeft: 10 });
  expect(await complete(old)).toEqual(REFUSED);
});

test('new codes need a second factor not older than a quarter of an hour, and a factor at all', async () => {
  const { person, signedIn, as, visitor, tenantId, audited } = await withCodes();
  later(901);
  expect((await person.ask(REGENERATE)).errors).toEqual(['regenerateRecoveryCodes: MFA_REQUIRED']);
  expect(await audited('recovery-codes.replaced')).toHaveLength(1);
  const without = await signedIn();
  expect((await without.ask(REGENERATE)).errors).toEqual(['regenerateRecoveryCodes: MFA_REQUIRED']);
  const { data } = await as({ tenantId, subject: without.id })(REGENERATE);
  expect(data.regenerateRecoveryCodes).toEqual({
    __typename: 'NotEnrolled',
    message: 'You have no second factor.',
  });
  expect((await visitor(REGENERATE)).errors).toEqual(['regenerateRecoveryCodes: UNAUTHENTICATED']);
  const key = as({ tenantId, subject: newId(), identity: { kind: 'key' } });
  expect((await key(REGENERATE)).errors).toEqual(['regenerateRecoveryCodes: FORBIDDEN']);
});
