import { newId } from '@chorus/shared/id.ts';
import { ANONYMOUS } from '@chorus/shared/identity.ts';
import { ALL_PLATFORM_PERMISSIONS } from '@chorus/shared/permissions.ts';
import { PLATFORM_TENANT } from '@chorus/shared/records.ts';
import { codeOf, steadyClock } from '@chorus/tests/harness/signing-in.ts';
import { makeSigningKey } from '@chorus/tests/harness/keys.ts';
import { inProcess } from '@chorus/tests/harness/subgraph.ts';
import { sql } from 'drizzle-orm';
import { expect, test } from 'vitest';
import { features } from '../features.ts';
import { queuedMails } from '../mail/testing.ts';
import { COMPLETE_MFA, given, PASSWORD, REFUSED, SIGN_IN, testServices } from '../testing.ts';
import { inviteStaff, removeStaff, resetStaffFactors } from './staff.service.ts';

const STAFF_SIGN_IN = `mutation ($email: String!, $password: String!) {
  staffSignIn(input: { email: $email, password: $password }) {
    __typename ... on MfaChallenge { challengeToken } ... on SignInRefused { message }
  }
}`;
const ACCEPT = `mutation ($input: AcceptInvitationInput!) { acceptInvitation(input: $input) { __typename } }`;
const REQUEST = { requestId: newId(), identity: ANONYMOUS, setHeader: () => undefined };

async function accounts() {
  const services = testServices(await makeSigningKey());
  const subgraph = await inProcess('accounts', features, services);
  return { ...subgraph, ...given(subgraph.worker, services), services, db: subgraph.worker.statements(null) };
}

test('staff sign in by their own door only, and always with a second factor', async () => {
  steadyClock();
  const { as, member, tenant } = await accounts();
  const email = `${newId()}@people.test`;
  const person = await member(PLATFORM_TENANT, { email, roles: ['staff'], totp: true, staff: true });
  const customer = await member((await tenant()).id);
  const visitor = as({ anonymous: true });
  const staffSignIn = async (whose: string) =>
    (await visitor(STAFF_SIGN_IN, { email: whose, password: PASSWORD })).data.staffSignIn;

  expect((await visitor(SIGN_IN, { email, password: PASSWORD })).data.signIn).toEqual(REFUSED);
  expect((await visitor(SIGN_IN, { email, password: PASSWORD, tenant: 'platform' })).data.signIn).toEqual(
    REFUSED,
  );
  expect(await staffSignIn(customer.email)).toEqual(REFUSED);

  const { __typename, challengeToken } = await staffSignIn(email);
  expect(__typename).toBe('MfaChallenge');
  const { data } = await visitor(COMPLETE_MFA, { challengeToken, code: codeOf(person.seed) });
  expect(data.completeMfa).toMatchObject({
    __typename: 'Session',
    viewer: { permissions: ALL_PLATFORM_PERMISSIONS },
  });
});

test('an invitation to the staff makes somebody staff, apart from whoever has that address elsewhere', async () => {
  const { as, tenant, member, worker, services } = await accounts();
  const { id, slug } = await tenant();
  const { email, personId } = await member(id);
  await inviteStaff({ database: worker, services, request: REQUEST }, email);
  const token = (await queuedMails(worker, services)(email))[0]?.token;
  const visitor = as({ anonymous: true });
  const password = 'quite another phrase';
  const { data } = await visitor(ACCEPT, { input: { token, name: 'Sam Staff', password } });
  expect(data.acceptInvitation.__typename).toBe('InvitationAccepted');
  const staffSignIn = await visitor(STAFF_SIGN_IN, { email, password });
  expect(staffSignIn.data.staffSignIn.__typename).toBe('MfaEnrolmentNeeded');
  expect((await visitor(SIGN_IN, { email, password: PASSWORD, tenant: slug })).data.signIn.__typename).toBe(
    'Session',
  );
  const people = await worker.statements(null).execute(sql`select id from person where email = ${email}`);
  expect([...people]).toHaveLength(2);
  expect([...people]).toContainEqual({ id: personId });
});

test('who is removed from the staff is signed out and cannot sign in, until invited again', async () => {
  steadyClock();
  const { as, member, worker, services, db } = await accounts();
  const person = await member(PLATFORM_TENANT, { roles: ['staff'], totp: true, staff: true });
  const operator = { database: worker, services, request: REQUEST };
  const visitor = as({ anonymous: true });
  const signIn = async () =>
    (await visitor(STAFF_SIGN_IN, { email: person.email, password: PASSWORD })).data.staffSignIn;
  const { challengeToken } = await signIn();
  const code = codeOf(person.seed);
  expect((await visitor(COMPLETE_MFA, { challengeToken, code })).data.completeMfa.__typename).toBe('Session');

  expect(await removeStaff(operator, 'nobody@people.test')).toBe('unknown');
  expect(await removeStaff(operator, person.email)).toBe('done');
  expect(await signIn()).toEqual(REFUSED);
  const sessions = await db.execute(
    sql`select ended_at is not null as ended from session where member_id = ${person.id}`,
  );
  expect([...sessions]).toEqual([{ ended: true }]);
  expect(await inviteStaff(operator, person.email)).toBe('invited');
});

test('staff who lost their phone enrol again after the operator reset it', async () => {
  const { as, member, worker, services } = await accounts();
  const person = await member(PLATFORM_TENANT, { roles: ['staff'], totp: true, staff: true });
  const signIn = async () => {
    const input = { email: person.email, password: PASSWORD };
    return (await as({ anonymous: true })(STAFF_SIGN_IN, input)).data.staffSignIn.__typename;
  };
  expect(await signIn()).toBe('MfaChallenge');
  expect(await resetStaffFactors({ database: worker, services, request: REQUEST }, person.email)).toBe(
    'done',
  );
  expect(await signIn()).toBe('MfaEnrolmentNeeded');
});

test('staff who forgot their password get a mail for their own account, not for the customer of that address', async () => {
  const { as, member, tenant, worker, services } = await accounts();
  const { id, slug } = await tenant();
  const { email } = await member(id);
  await member(PLATFORM_TENANT, { email, roles: ['staff'], staff: true });
  const visitor = as({ anonymous: true });
  await visitor(
    `mutation { requestPasswordReset(input: { email: "${email}", staff: true }) { __typename } }`,
  );
  const token = (await queuedMails(worker, services)(email))[0]?.token;
  const newPassword = 'an entirely new phrase';
  const reset = await visitor(
    `mutation ($input: ResetPasswordInput!) { resetPassword(input: $input) { __typename } }`,
    { input: { token, newPassword } },
  );
  expect(reset.data.resetPassword.__typename).toBe('PasswordChanged');
  const staff = await visitor(STAFF_SIGN_IN, { email, password: newPassword });
  expect(staff.data.staffSignIn.__typename).toBe('MfaEnrolmentNeeded');
  const customer = await visitor(SIGN_IN, { email, password: PASSWORD, tenant: slug });
  expect(customer.data.signIn.__typename).toBe('Session');
});
