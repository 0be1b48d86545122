import { accountsInProcess } from './accounts.ts';
import { sql } from 'drizzle-orm';
import { PASSWORD, SIGN_IN } from '@chorus/accounts/testing.ts';

export const NEW_PASSWORD = 'quite another battery';

const CHANGE = `mutation ($input: ChangePasswordInput!) {
  changePassword(input: $input) { __typename ... on PasswordChanged { endedSessions } ... on Problem { message } }
}`;
const REQUEST = `mutation ($email: String!) {
  requestPasswordReset(input: { email: $email }) { __typename ... on PasswordResetRequested { message } }
}`;
const RESET = `mutation ($input: ResetPasswordInput!) {
  resetPassword(input: $input) { __typename ... on PasswordChanged { endedSessions } ... on Problem { message } }
}`;

/** The accounts subgraph with one member, and everything they do about their password. */
export async function withMember(options: { production?: boolean; demo?: boolean; totp?: boolean } = {}) {
  const { demo = false, totp = false, ...installation } = options;
  const accounts = await accountsInProcess(installation);
  const { db } = accounts;
  const { id: tenantId, slug } = await accounts.tenant('Acme Airways');
  const member = await accounts.member(tenantId, { name: 'Ana Nowak', demo, totp });
  const visitor = accounts.as({ anonymous: true });

  const signIn = async (password = PASSWORD, tenant = slug) =>
    (await visitor(SIGN_IN, { email: member.email, password, tenant })).data.signIn;
  const sessions = async () => [
    ...(await db.execute<{ id: string; live: boolean; tenant: string }>(sql`
      select id, ended_at is null as live, tenant_id as tenant from session
      where person_id = ${member.personId} order by id`)),
  ];
  const change = async (
    input: { currentPassword?: string; newPassword?: string } = {},
    caller: Parameters<typeof accounts.as>[0] = {},
  ) => {
    const ask = accounts.as({ tenantId, subject: member.id, permissions: [], ...caller });
    const passwords = { currentPassword: PASSWORD, newPassword: NEW_PASSWORD, ...input };
    const { data, errors } = await ask(CHANGE, { input: passwords });
    return errors[0] ?? data.changePassword;
  };
  const request = async (email = member.email, clientAddress = '192.0.2.7') =>
    (await accounts.as({ anonymous: true }, { clientAddress })(REQUEST, { email })).data.requestPasswordReset;
  const reset = async (token: string, newPassword = NEW_PASSWORD) =>
    (await visitor(RESET, { input: { token, newPassword } })).data.resetPassword;
  const events = async (whose = tenantId) => [
    ...(await db.execute<Record<string, unknown>>(sql`
      select action, actor, targets, before, after from audit_event
      where tenant_id = ${whose} and action like 'password.%' order by sequence`)),
  ];
  const place = { ...accounts, tenantId, slug, person: member };
  return { ...place, signIn, sessions, change, request, reset, events };
}
