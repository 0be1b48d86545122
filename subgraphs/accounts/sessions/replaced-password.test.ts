import { NEW_PASSWORD, withMember } from '@chorus/tests/harness/passwords.ts';
import { codeOf, later, steadyClock } from '@chorus/tests/harness/signing-in.ts';
import { sql } from 'drizzle-orm';
import { expect, test, vi } from 'vitest';
import { saltOf } from '../people/passwords.ts';
import { COMPLETE_MFA, CONFIRM_TOTP, ENROL_TOTP, PASSWORD, REFUSED, SIGN_IN } from '../testing.ts';

const SWITCH = `mutation ($tenant: String!) {
  switchTenant(input: { tenant: $tenant }) { __typename ... on Session { viewer { tenant { slug } } } }
}`;
const REQUIRE_FACTOR = `mutation {
  updateSecurityPolicy(input: { mfaMode: REQUIRED, graceDays: 0 }) { __typename }
}`;

/** A member who has a link for a new password in their mails. */
async function forgetful(options: Parameters<typeof withMember>[0] = {}) {
  steadyClock();
  const accounts = await withMember(options);
  const { request, mails, person, reset, as, sessions, worker } = accounts;
  await request();
  const [letter] = await mails(person.email);
  const resetNow = async () =>
    expect(await reset(letter?.token ?? '')).toMatchObject({ __typename: 'PasswordChanged' });
  const live = async () => (await sessions()).filter((session) => session.live);
  /** What is asked while somebody replaces the password, who is done once it waits for them. */
  const whileReplaced = async <T>(ask: () => Promise<T>): Promise<T> => {
    const newHash = `$argon2id$v=19$m=19456,t=2,p=1$${'B'.repeat(22)}$${'B'.repeat(43)}`;
    const { asked } = await worker.transaction(null, async (db) => {
      await db.execute(sql`update person set password_hash = ${newHash} where id = ${person.personId}`);
      const going = ask();
      await vi.waitFor(async () => {
        const waiting = sql`
          select from pg_locks where not granted and transactionid = pg_current_xact_id_if_assigned()::xid`;
        expect([...(await db.execute(waiting))]).toHaveLength(1);
      });
      return { asked: going };
    });
    return asked;
  };
  return { ...accounts, resetNow, live, whileReplaced, visitor: as({ anonymous: true }) };
}

test('a challenge of the old password is worth nothing after a reset, whatever the code', async () => {
  const { signIn, resetNow, visitor, person, live } = await forgetful({ totp: true });
  const { challengeToken } = await signIn();
  await resetNow();
  const { data } = await visitor(COMPLETE_MFA, { challengeToken, code: codeOf(person.seed) });
  expect(data.completeMfa).toEqual(REFUSED);
  expect(await live()).toEqual([]);
});

test('a challenge of the old password is worth nothing after a change, and one of the new password is', async () => {
  const { signIn, change, visitor, person } = await forgetful({ totp: true });
  const complete = async (challengeToken: string) =>
    (await visitor(COMPLETE_MFA, { challengeToken, code: codeOf(person.seed, 30) })).data.completeMfa;
  const before = await signIn();
  await change();
  const after = await signIn(NEW_PASSWORD);
  expect(await complete(before.challengeToken)).toEqual(REFUSED);
  const code = codeOf(person.seed);
  const { data } = await visitor(COMPLETE_MFA, { challengeToken: after.challengeToken, code });
  expect(data.completeMfa.__typename).toBe('Session');
});

test('with an enrolment note of the old password nobody enrols a factor after a reset', async () => {
  const { signIn, resetNow, visitor, tenantId, as, live } = await forgetful();
  await as({ tenantId })(REQUIRE_FACTOR);
  later(60);
  const { enrolmentToken } = await signIn();
  const { secret } = (await visitor(ENROL_TOTP, { enrolmentToken })).data.enrolTotp;
  await resetNow();
  const enrolled = await visitor(ENROL_TOTP, { enrolmentToken });
  expect(enrolled.data.enrolTotp.__typename).toBe('FactorRefused');
  const confirmed = await visitor(CONFIRM_TOTP, { enrolmentToken, code: codeOf(secret) });
  expect(confirmed.data.confirmTotp.__typename).toBe('FactorRefused');
  expect(await live()).toEqual([]);
  expect((await signIn(NEW_PASSWORD)).__typename).toBe('MfaEnrolmentNeeded');
});

test('of fifty sign-ins in parallel with a reset none goes on with the old password', async () => {
  const { as, resetNow, person, slug, live } = await forgetful();
  const credentials = { email: person.email, password: PASSWORD, tenant: slug };
  const signIns = Array.from({ length: 50 }, (_, index) =>
    as({ anonymous: true }, { clientAddress: `198.51.100.${index}` })(SIGN_IN, credentials),
  );
  await Promise.all([resetNow(), ...signIns]);
  expect(await live()).toEqual([]);
});

test('a sign-in waits for a password that is just being replaced, and is refused', async () => {
  const { signIn, whileReplaced, live } = await forgetful();
  expect(await whileReplaced(signIn)).toEqual(REFUSED);
  expect(await live()).toEqual([]);
});

test('so does whoever is going over to another tenant, and is signed in nowhere then', async () => {
  const { tenant, member, person, signIn, sessions, as, tenantId, whileReplaced, live } = await forgetful();
  const there = await tenant();
  await member(there.id, { email: person.email });
  await signIn();
  const [session] = await sessions();
  const ask = as({ tenantId, subject: person.id, session: session?.id ?? '' });
  const { data } = await whileReplaced(() => ask(SWITCH, { tenant: there.slug }));
  expect(data.switchTenant).toEqual({ __typename: 'SignInRefused' });
  expect(await live()).toEqual([]);
});

test('whoever changes their password goes on in the same session, also to another tenant', async () => {
  const { tenant, member, person, signIn, change, sessions, as, tenantId } = await forgetful();
  const there = await tenant();
  await member(there.id, { email: person.email });
  await signIn();
  const [session] = await sessions();
  const caller = { tenantId, subject: person.id, session: session?.id ?? '', permissions: [] };
  expect(await change({}, caller)).toMatchObject({ __typename: 'PasswordChanged' });
  const { data } = await as(caller)(SWITCH, { tenant: there.slug });
  expect(data.switchTenant).toMatchObject({ viewer: { tenant: { slug: there.slug } } });
});

test('a challenge goes on when the password is only hashed at another cost meanwhile', async () => {
  const { signIn, visitor, person, db } = await forgetful({ totp: true });
  const { challengeToken } = await signIn();
  const [row] = await db.execute<{ hash: string }>(
    sql`select password_hash as hash from person where id = ${person.personId}`,
  );
  const anew = `$argon2id$v=19$m=8192,t=1,p=1$${saltOf(row?.hash ?? '')}$${'C'.repeat(43)}`;
  await db.execute(sql`update person set password_hash = ${anew} where id = ${person.personId}`);
  const { data } = await visitor(COMPLETE_MFA, { challengeToken, code: codeOf(person.seed) });
  expect(data.completeMfa.__typename).toBe('Session');
});

test('a note tells nothing of the password hash', async () => {
  const { signIn, person, db } = await forgetful({ totp: true });
  const { challengeToken } = await signIn();
  const claims = Buffer.from(challengeToken.split('.')[1], 'base64url').toString();
  const [row] = await db.execute<{ hash: string }>(
    sql`select password_hash as hash from person where id = ${person.personId}`,
  );
  const [salt = '', tag = ''] = row?.hash.split('$').slice(-2) ?? [];
  for (const secret of [salt, tag]) {
    expect(secret).not.toBe('');
    expect(claims).not.toContain(secret);
  }
});
