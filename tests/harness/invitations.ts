import type { Permission } from '@chorus/shared/permissions.ts';
import { accountsInProcess } from './accounts.ts';
import { sql } from 'drizzle-orm';
import { PASSWORD, SIGN_IN } from '@chorus/accounts/testing.ts';

const FIELDS = `__typename ... on Problem { message }
  ... on Invitation { id email roles status expiresAt invitedBy { id } }`;
const INVITE = `mutation ($input: InviteMemberInput!) { inviteMember(input: $input) { ${FIELDS} } }`;
const RESEND = `mutation ($id: ID!) { resendInvitation(input: { id: $id }) { ${FIELDS} } }`;
const REVOKE = `mutation ($id: ID!) { revokeInvitation(input: { id: $id }) { ${FIELDS} } }`;
const ACCEPT = `mutation ($input: AcceptInvitationInput!) {
  acceptInvitation(input: $input) {
    __typename ... on InvitationAccepted { email tenant { slug name } } ... on Problem { message }
  }
}`;
const LIST = `query ($first: Int, $after: String) {
  invitations(first: $first, after: $after) { nodes { id email status } pageInfo { hasNextPage endCursor } }
}`;

/** The accounts subgraph with an owner who invites, and everything that happens to invitations. */
export async function withOwner(options: Parameters<typeof accountsInProcess>[0] = {}) {
  const accounts = await accountsInProcess(options);
  const { db, mails } = accounts;
  const tenant = await accounts.tenant('Acme Airways');
  const tenantId = tenant.id;
  const owner = await accounts.member(tenantId, { roles: ['owner'] });

  type Caller = Parameters<typeof accounts.as>[0];
  const ask = async (name: string, operation: string, variables: object, caller: Caller) => {
    const as = accounts.as({ tenantId, subject: owner.id, ...caller });
    const { data, errors } = await as(operation, { ...variables });
    return errors[0] ?? data[name];
  };
  const invite = (email: string, roles: string[] = ['viewer'], caller: Caller = {}) =>
    ask('inviteMember', INVITE, { input: { email, roles } }, caller);
  const resend = (id: string, caller: Caller = {}) => ask('resendInvitation', RESEND, { id }, caller);
  const revoke = (id: string, caller: Caller = {}) => ask('revokeInvitation', REVOKE, { id }, caller);
  const list = (page: object = {}, caller: Caller = {}) => ask('invitations', LIST, page, caller);
  /** The token of the newest mail to an address. */
  const token = async (email: string) => (await mails(email)).at(-1)?.token ?? '';
  const accept = (input: { token: string; name?: string; password?: string }, address = '') =>
    accounts
      .as({ anonymous: true }, { clientAddress: address })(ACCEPT, {
        input: { name: 'Bo', password: PASSWORD, ...input },
      })
      .then(({ data, errors }) => errors[0] ?? data.acceptInvitation);
  const signIn = async (email: string, password = PASSWORD, slug = tenant.slug) =>
    (await accounts.as({ anonymous: true })(SIGN_IN, { email, password, tenant: slug })).data.signIn;
  const events = async (whose = tenantId) => [
    ...(await db.execute<Record<string, unknown>>(sql`
      select action, actor, targets, context, after from audit_event
      where tenant_id = ${whose} and action like 'invitation.%' order by sequence`)),
  ];
  const role = async (permissions: Permission[]) => {
    const grants = JSON.stringify(permissions.map((permission) => ({ effect: 'allow', permission })));
    const [row] = await db.execute<{ id: string }>(sql`
      insert into role (tenant_id, id, name, grants)
      values (${tenantId}, gen_random_uuid(), gen_random_uuid()::text, ${grants}::text::jsonb) returning id`);
    return row?.id ?? '';
  };
  const place = { ...accounts, ownTenant: tenant, tenantId, owner };
  return { ...place, invite, resend, revoke, list, token, accept, signIn, events, role };
}
