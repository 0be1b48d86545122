import { newId } from '@chorus/shared/id.ts';
import { codeOf, later, signingIn } from '@chorus/tests/harness/signing-in.ts';
import { sql } from 'drizzle-orm';
import { expect, test } from 'vitest';
import { REFUSED, STEP_UP } from '../testing.ts';

const REMOVE = `mutation {
  removeFactor { __typename ... on FactorRemoved { endedSessions } ... on Problem { message } }
}`;
const REQUIRE = 'mutation { updateSecurityPolicy(input: { mfaMode: REQUIRED }) { __typename } }';

test('a factor goes with its recovery codes, and every other session of the person ends in all tenants', async () => {
  const here = await signingIn();
  const { signedIn, tenant, member, signIn, completeMfa, refresh, db, audited, tenantId } = here;
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
  const told = await db.execute<{ tenant: string }>(sql`
    select tenant_id as tenant from outbox where tenant_id in (${other.id}, ${tenantId}) order by sequence`);
  expect(told.at(-1)).toEqual({ tenant: other.id });
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

test('nobody, API keys and people without a factor remove none', async () => {
  const { signedIn, visitor, as, tenantId } = await signingIn();
  const { id } = await signedIn();
  const { data } = await as({ tenantId, subject: id })(REMOVE);
  expect(data.removeFactor).toEqual({ __typename: 'NotEnrolled', message: 'You have no second factor.' });
  expect((await visitor(REMOVE)).errors).toEqual(['removeFactor: UNAUTHENTICATED']);
  const key = as({ tenantId, subject: newId(), identity: { kind: 'key' } });
  expect((await key(REMOVE)).errors).toEqual(['removeFactor: FORBIDDEN']);
});
