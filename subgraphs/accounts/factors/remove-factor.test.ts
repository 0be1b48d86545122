import { newId } from '@chorus/shared/id.ts';
import { transactionOf } from '@chorus/db/context.ts';
import { codeOf, later, signingIn } from '@chorus/tests/harness/signing-in.ts';
import { sql } from 'drizzle-orm';
import { expect, test, vi } from 'vitest';
import { lockTenant } from '../tenants/tenants.service.ts';
import { REFUSED, STEP_UP } from '../testing.ts';

const REMOVE = `mutation {
  removeFactor { __typename ... on FactorRemoved { endedSessions } ... on Problem { message } }
}`;
const FORGOT = `mutation ($email: String!) {
  requestPasswordReset(input: { email: $email }) { __typename }
}`;
const RESET_PASSWORD = `mutation ($input: ResetPasswordInput!) { resetPassword(input: $input) { __typename } }`;
const REQUIRE = 'mutation { updateSecurityPolicy(input: { mfaMode: REQUIRED }) { __typename } }';

test('a factor goes with its recovery codes, and every other session of the person ends in all tenants', async () => {
  const here = await signingIn();
  const { signedIn, tenant, member, signIn, completeMfa, refresh, db, audited, mails } = here;
  const person = await signedIn({ totp: true }, 30);
  const other = await tenant();
  await member(other.id, { email: person.email });
  const { challengeToken } = await signIn(person.email, other.slug);
  const elsewhere = await completeMfa(challengeToken, codeOf(person.seed));
  await person.ask('mutation { regenerateRecoveryCodes { __typename } }');

  const { data } = await person.ask(REMOVE);
  expect(data.removeFactor).toEqual({ __typename: 'FactorRemoved', endedSessions: 1 });
  expect(await refresh(elsewhere.refreshToken)).toEqual(REFUSED);
  expect((await refresh(person.session.refreshToken)).__typename).toBe('Session');
  const left = await db.execute(sql`
    select person_id from totp_factor where person_id = ${person.personId}
    union all select person_id from recovery_code where person_id = ${person.personId}`);
  expect([...left]).toEqual([]);
  expect((await signIn(person.email)).__typename).toBe('Session');
  expect(await audited('factor.removed')).toHaveLength(1);
  const [letter] = await mails(person.email);
  expect(letter?.subject).toBe('Your second factor for Chorus was removed');
  const told = await db.execute(sql`
    select after from audit_event where tenant_id = ${other.id} and action = 'factor.removed'`);
  expect([...told]).toEqual([{ after: { endedSessions: 1 } }]);
  const published = await db.execute(
    sql`select from outbox where tenant_id = ${other.id} and data ? 'version'`,
  );
  expect(published.length).toBeGreaterThan(1);
});

test('removing the factor and resetting the password at the same time fail neither', async () => {
  const here = await signingIn();
  const { signedIn, tenant, member, bearer, completeMfa, signIn, visitor, mails, worker, tenantId, db } =
    here;
  const person = await signedIn({ totp: true }, 30);
  const other = await tenant();
  await member(other.id, { email: person.email });
  const { challengeToken } = await signIn(person.email, other.slug);
  const ask = await bearer((await completeMfa(challengeToken, codeOf(person.seed))).accessToken);
  await visitor(FORGOT, { email: person.email });
  const [letter] = await mails(person.email);
  const input = { token: letter?.token, newPassword: 'quite another battery' };
  const untilWaiting = (count: number) =>
    vi.waitFor(async () => {
      const waiting = await db.execute(sql`
        select distinct pid from pg_locks join pg_stat_activity using (pid)
        where not granted and datname = current_database()`);
      expect(waiting).toHaveLength(count);
    });

  // Both wait for the first of the two tenants: whoever had locked the second by then would wait for ever.
  const [reset, removed] = await transactionOf(worker, tenantId, async (transaction) => {
    await lockTenant(transaction);
    const resetting = visitor(RESET_PASSWORD, { input });
    await untilWaiting(1);
    const removing = ask(REMOVE);
    await untilWaiting(2);
    return [resetting, removing] as const;
  });
  expect((await reset).data.resetPassword?.__typename).toBe('PasswordChanged');
  expect((await removed).data.removeFactor?.__typename).toBe('FactorRemoved');
  const left = await db.execute(sql`
    select from session where person_id = ${person.personId} and ended_at is null`);
  expect(left).toHaveLength(0);
});

test('removing needs password and factor of the last five minutes: stepping up is not enough', async () => {
  const { signedIn, bearer, as, tenantId } = await signingIn();
  const { ask, seed, id } = await signedIn({ totp: true });
  later(301);
  expect((await ask(REMOVE)).errors).toEqual(['removeFactor: MFA_REQUIRED']);
  const { data } = await ask(STEP_UP, { code: codeOf(seed) });
  const steppedUp = await bearer(data.stepUp.accessToken);
  expect((await steppedUp(REMOVE)).errors).toEqual(['removeFactor: MFA_REQUIRED']);
  const passwordOnly = as({ tenantId, subject: id, mfa: false });
  expect((await passwordOnly(REMOVE)).errors).toEqual(['removeFactor: MFA_REQUIRED']);
});

test('a factor the tenant wants of the caller stays, also in the days of grace', async () => {
  const { signedIn } = await signingIn();
  const { ask } = await signedIn({ totp: true, roles: ['owner'] });
  expect((await ask(REQUIRE)).data.updateSecurityPolicy.__typename).toBe('SecurityPolicy');
  expect((await ask(REMOVE)).data.removeFactor.__typename).toBe('FactorRequired');
});

test('a factor that another tenant of the person wants stays, until they have left that tenant', async () => {
  const { signedIn, tenant, member, as, db, mails } = await signingIn();
  const person = await signedIn({ totp: true });
  const other = await tenant();
  const { id } = await member(other.id, { email: person.email });
  await as({ tenantId: other.id })(REQUIRE);
  expect((await person.ask(REMOVE)).data.removeFactor).toEqual({
    __typename: 'FactorRequired',
    message: 'A tenant of yours wants a second factor of you.',
  });
  expect(await mails(person.email)).toEqual([]);
  await db.execute(sql`update member set active = false, removed_at = now() where id = ${id}`);
  expect((await person.ask(REMOVE)).data.removeFactor.__typename).toBe('FactorRemoved');
});

test('nobody, API keys and people without a factor remove none', async () => {
  const { signedIn, visitor, as, tenantId } = await signingIn();
  const { id } = await signedIn();
  const { data } = await as({ tenantId, subject: id })(REMOVE);
  expect(data.removeFactor).toEqual({ __typename: 'NotEnrolled', message: 'You have no second factor.' });
  expect((await visitor(REMOVE)).errors).toEqual(['removeFactor: UNAUTHENTICATED']);
  const key = as({ tenantId, subject: newId(), identity: { kind: 'key' } });
  expect((await key(REMOVE)).errors).toEqual(['removeFactor: FORBIDDEN']);
});
