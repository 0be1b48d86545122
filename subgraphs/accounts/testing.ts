import { transactionOf } from '@chorus/db/context.ts';
import type { Database } from '@chorus/db/database.ts';
import { flagLoader } from '@chorus/shared/flags/evaluate.ts';
import { newId } from '@chorus/shared/id.ts';
import { generateSecret } from 'otplib';
import { randomBytes } from 'node:crypto';
import type { SigningKey } from '@chorus/shared/keys.ts';
import { saveAssignments } from './assignments/assignments.queries.ts';
import { dataKeys } from './encryption/data-keys.ts';
import { masterKeys } from './encryption/key-management.ts';
import type { Services } from './context.ts';
import { saveTotpFactor } from './factors/totp.queries.ts';
import { insertMember } from './members/members.queries.ts';
import { hashPassword } from './people/passwords.ts';
import { savePerson } from './people/people.queries.ts';
import { insertTenant } from './tenants/tenants.queries.ts';
import { fixedTokenKeys } from './token-keys/token-keys.ts';
import { tenantChanged } from './tenants/tenants.service.ts';

/** The services of one test, with keys of its own. */
export const testServices = (signingKey: SigningKey, production = false, seats = 100): Services => ({
  tokenKeys: fixedTokenKeys(signingKey),
  secret: randomBytes(32),
  dataKeys: dataKeys(masterKeys([randomBytes(32)])),
  apiKeyPepper: randomBytes(32),
  appUrl: 'http://app.test',
  seats: () => Promise.resolve(seats),
  billing: () => Promise.resolve({ plan: 'free', seats, entitlements: [] }),
  flags: flagLoader(),
  noteFlags: () => Promise.resolve(),
  production,
});

export const PASSWORD = 'correct horse battery staple';
const passwordHash = hashPassword(PASSWORD);

/** Fixtures over the worker role: tenants and people of a test's own. */
export function given(worker: Database, services: Pick<Services, 'dataKeys'>) {
  const tenant = async (name = 'Test tenant') => {
    const id = newId();
    const slug = `t-${id}`;
    await services.dataKeys.ready(worker.statements(null));
    await transactionOf(worker, id, async (transaction) => {
      await insertTenant(transaction, { slug, name });
      await tenantChanged(transaction);
    });
    return { id, slug, name };
  };

  const sealed = (seed: string, personId: string) =>
    services.dataKeys.seal(worker.statements(null), { purpose: 'totp-seed', owner: personId }, seed);

  const member = async (tenantId: string, options: MemberOptions = {}) => {
    const id = newId();
    const {
      name = 'Test Member',
      email = `${id}@people.test`,
      roles = ['viewer'],
      totp = false,
      staff = false,
      demo = false,
    } = options;
    const seed = generateSecret();
    const personId = await transactionOf(worker, tenantId, async (transaction) => {
      const person = { id: newId(), email, name, passwordHash: await passwordHash, staff, demo };
      const saved = await savePerson(transaction, person);
      if (totp) await saveTotpFactor(transaction, saved, await sealed(seed, saved));
      await insertMember(transaction, { id, personId: saved, name, email });
      await saveAssignments(
        transaction,
        roles.map((role) => ({ role, subjectKind: 'member', subjectId: id, source: 'setup' })),
      );
      return saved;
    });
    return { id, personId, name, email, roles, seed };
  };

  return { tenant, member };
}

export interface MemberOptions {
  name?: string;
  email?: string;
  roles?: string[];
  totp?: boolean;
  /** Of the platform; the tenant must be its own then. */
  staff?: boolean;
  demo?: boolean;
}

/** The operations of signing in. */
const RESULT = `
  __typename
  ... on Session { accessToken refreshToken expiresAt viewer { email permissions member { id } tenant { slug } } }
  ... on MfaChallenge { challengeToken methods expiresAt }
  ... on MfaEnrolmentNeeded { enrolmentToken expiresAt }
  ... on SignInRefused { message }`;

export const SIGN_IN = `mutation ($email: String!, $password: String!, $tenant: String) {
  signIn(input: { email: $email, password: $password, tenant: $tenant }) {${RESULT}}
}`;

export const COMPLETE_MFA = `mutation ($challengeToken: String!, $code: String!) {
  completeMfa(input: { challengeToken: $challengeToken, code: $code }) {${RESULT}}
}`;

export const REFRESH = `mutation ($refreshToken: String) {
  refreshSession(input: { refreshToken: $refreshToken }) {${RESULT}}
}`;

export const SIGN_OUT = `mutation ($refreshToken: String) {
  signOut(input: { refreshToken: $refreshToken }) { __typename ... on SignedOut { ended } }
}`;

export const STEP_UP = `mutation ($code: String!) { stepUp(input: { code: $code }) {${RESULT}} }`;

export const ENROL_TOTP = `mutation ($enrolmentToken: String) {
  enrolTotp(input: { enrolmentToken: $enrolmentToken }) {
    __typename
    ... on TotpEnrolment { secret uri expiresAt }
    ... on Problem { message }
  }
}`;

export const CONFIRM_TOTP = `mutation ($code: String!, $enrolmentToken: String) {
  confirmTotp(input: { code: $code, enrolmentToken: $enrolmentToken }) {
    __typename
    ... on TotpConfirmed { recoveryCodes session { accessToken refreshToken } }
    ... on Problem { message }
  }
}`;

export const REFUSED = { __typename: 'SignInRefused', message: 'You could not be signed in.' };
