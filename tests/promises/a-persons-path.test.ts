import { join } from 'node:path';
import { PASSWORD } from '@chorus/accounts/testing.ts';
import { newId } from '@chorus/shared/id.ts';
import { expect, onTestFinished, test, vi } from 'vitest';
import { client, sharedSystem, type AskGateway } from '../harness/client.ts';
import { readMails } from '../harness/mail.ts';
import { platformStaff } from '../harness/staff.ts';
import { totpCodes } from '../harness/totp.ts';

const SESSION = '__typename ... on Session { accessToken refreshToken viewer { email permissions } }';
const SIGN_IN = `mutation ($input: SignInInput!) {
  signIn(input: $input) { ${SESSION} ... on MfaChallenge { challengeToken methods } }
}`;
const COMPLETE = `mutation ($input: CompleteMfaInput!) { completeMfa(input: $input) { ${SESSION} } }`;
const STEP_UP = `mutation ($input: StepUpInput!) { stepUp(input: $input) { ${SESSION} } }`;
const CREATE_TENANT = `mutation ($input: CreateTenantInput!) {
  createTenant(input: $input) { __typename ... on TenantCreated { customer { id slug } } }
}`;
const ACCEPT = `mutation ($input: AcceptInvitationInput!) { acceptInvitation(input: $input) { __typename } }`;
const INVITE = `mutation ($input: InviteMemberInput!) { inviteMember(input: $input) { __typename } }`;
const ENROL = `mutation { enrolTotp { __typename ... on TotpEnrolment { secret uri } } }`;
const CONFIRM = `mutation ($input: ConfirmTotpInput!) {
  confirmTotp(input: $input) { __typename ... on TotpConfirmed { recoveryCodes session { accessToken } } }
}`;
const POLICY = `mutation ($input: UpdateSecurityPolicyInput!) { updateSecurityPolicy(input: $input) { __typename } }`;
const CREATE_ROLE = `mutation ($input: CreateRoleInput!) { createRole(input: $input) { __typename ... on Role { id } } }`;
const ASSIGN = `mutation ($input: AssignRolesInput!) { assignRoles(input: $input) { __typename } }`;
const TRACK = `mutation ($input: CreateTrackerInput!) { createTracker(input: $input) { __typename } }`;
const ASK_RESET = `mutation ($input: RequestPasswordResetInput!) { requestPasswordReset(input: $input) { __typename } }`;
const RESET = `mutation ($input: ResetPasswordInput!) { resetPassword(input: $input) { __typename } }`;

/** The only field's answer; refuses errors, which no step of the path may have. */
async function asked(ask: AskGateway, operation: string, input?: object) {
  const { body } = await ask(operation, { input });
  expect(body.errors).toBeUndefined();
  return Object.values(body.data)[0] as Record<string, any>; // oxlint-disable-line typescript/no-explicit-any -- answers of every shape
}

test('a customer is opened, its people come, rise, act, lose it again, and forget their passwords', async () => {
  const system = await sharedSystem();
  const { gatewayUrl, dataDir } = system;
  const visitor = client(gatewayUrl);
  const as = (accessToken: string) => client(gatewayUrl, accessToken);
  /** The token of the newest mail with a link, once there are so many. */
  const mailed = (to: string, count = 1) =>
    vi.waitFor(
      async () => {
        const mails = await readMails(join(dataDir, 'mail'), to);
        const tokens = mails.flatMap(({ token }) => token ?? []);
        expect(tokens).toHaveLength(count);
        return tokens.at(-1);
      },
      { timeout: 10_000, interval: 20 },
    );

  // Staff of the platform opens the tenant.
  const staff = await platformStaff(system);
  onTestFinished(staff.end);
  const slug = `path-${newId().slice(-12)}`;
  const [owner, analyst] = [`owner@${slug}.test`, `analyst@${slug}.test`];
  expect(await asked(staff.ask, CREATE_TENANT, { slug, ownerEmail: owner })).toMatchObject({
    __typename: 'TenantCreated',
    customer: { slug },
  });

  // The owner comes by the invitation, signs in, and enrols a second factor.
  const accepted = { token: await mailed(owner), name: 'Olga Owner', password: PASSWORD };
  expect((await asked(visitor, ACCEPT, accepted))['__typename']).toBe('InvitationAccepted');
  const first = await asked(visitor, SIGN_IN, { email: owner, password: PASSWORD });
  expect(first).toMatchObject({ __typename: 'Session', viewer: { email: owner } });
  const { secret } = await asked(as(first['accessToken']), ENROL);
  const codes = totpCodes(secret);
  const enrolled = await asked(as(first['accessToken']), CONFIRM, { code: await codes.next() });
  const [spare, another] = enrolled['recoveryCodes'];
  const elevated = as(enrolled['session'].accessToken);
  await asked(elevated, POLICY, { mfaMode: 'OFF' });

  // An analyst is invited and comes.
  expect((await asked(elevated, INVITE, { email: analyst, roles: ['viewer'] }))['__typename']).toBe(
    'Invitation',
  );
  await asked(visitor, ACCEPT, { token: await mailed(analyst), name: 'Ana', password: PASSWORD });
  const ana = await asked(visitor, SIGN_IN, { email: analyst, password: PASSWORD });
  const analystAsks = as(ana['accessToken']);
  const tracks = async () => {
    const { body } = await analystAsks(TRACK, { input: { name: newId(), handles: ['chorus'] } });
    return body.errors?.[0].extensions.code ?? body.data.createTracker.__typename;
  };
  expect(await tracks()).toBe('FORBIDDEN');

  // The owner signs in again with the password only, steps up, and makes a role, which works until it is taken away.
  const plain = await asked(visitor, SIGN_IN, { email: owner, password: PASSWORD });
  const role = {
    name: 'Tracker keeper',
    grants: ['trackers.read', 'trackers.manage'].map((permission) => ({ effect: 'ALLOW', permission })),
  };
  const refused = await as(plain['accessToken'])(CREATE_ROLE, { input: role });
  expect(refused.body.errors[0].extensions).toMatchObject({ code: 'MFA_REQUIRED', stepUp: { maxAge: 900 } });
  const risen = await asked(as(plain['accessToken']), STEP_UP, { code: await codes.next() });
  const ownerAsks = as(risen['accessToken']);
  const { id } = await asked(ownerAsks, CREATE_ROLE, role);
  const { member } = (await analystAsks('{ viewer { member { id } } }')).body.data.viewer;
  const subject = { memberId: member.id };
  await asked(ownerAsks, ASSIGN, { subject, roles: [{ role: 'viewer' }, { role: id }] });
  await vi.waitFor(async () => expect(await tracks()).toBe('Tracker'), { timeout: 5_000, interval: 20 });
  await asked(ownerAsks, ASSIGN, { subject, roles: [{ role: 'viewer' }] });
  await vi.waitFor(async () => expect(await tracks()).toBe('FORBIDDEN'), { timeout: 5_000, interval: 20 });

  // The owner forgets the password: the new one ends every session, and the second factor is still asked for.
  await asked(ownerAsks, POLICY, { mfaMode: 'OPTIONAL' });
  await asked(visitor, ASK_RESET, { email: owner });
  const fresh = 'an entirely different phrase';
  expect(
    (await asked(visitor, RESET, { token: await mailed(owner, 2), newPassword: fresh }))['__typename'],
  ).toBe('PasswordChanged');
  await vi.waitFor(async () => expect((await ownerAsks('{ tenant { name } }')).status).toBe(401), {
    timeout: 5_000,
    interval: 20,
  });
  const challenge = await asked(visitor, SIGN_IN, { email: owner, password: fresh });
  expect(challenge['__typename']).toBe('MfaChallenge');
  const { challengeToken } = challenge;
  expect((await asked(visitor, COMPLETE, { challengeToken, code: spare }))['__typename']).toBe('Session');
  expect((await asked(visitor, COMPLETE, { challengeToken, code: spare }))['__typename']).toBe(
    'SignInRefused',
  );
  expect(another).not.toBe(spare);
});
