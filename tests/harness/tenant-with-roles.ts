import { heldNow } from '@chorus/accounts/records/records.service.ts';
import type { MemberOptions } from '@chorus/accounts/testing.ts';
import type { Scope } from '@chorus/db/database.ts';
import type { Grant } from '@chorus/shared/grants.ts';
import { grantsOf, rolesHeld } from '@chorus/shared/held-grants.ts';
import { sql } from 'drizzle-orm';
import { accountsInProcess } from './accounts.ts';
import type { Ask, Caller } from './subgraph.ts';

const LOG = `{ auditLog(first: 5) { nodes { action actor { id } targets { kind id } before after } } }`;

/** A tenant with an owner and an admin, and callers who hold what their roles give them at the moment they ask. */
export async function tenantWithRoles() {
  const { tenant, member, ...accounts } = await accountsInProcess();
  const { id: tenantId } = await tenant();
  const scope = { db: accounts.worker.statements(tenantId), tenantId };

  const by =
    (who: { id: string }, change: Partial<Caller> = {}): Ask =>
    async (operation, variables) =>
      accounts.as({ tenantId, subject: who.id, grants: await grantsNow(scope, who.id), ...change })(
        operation,
        variables,
      );
  const join = (...roles: string[]) => member(tenantId, { roles });
  const owner = await join('owner');

  return {
    ...accounts,
    tenantId,
    scope,
    member: (options: MemberOptions) => member(tenantId, options),
    join,
    owner,
    admin: await join('admin'),
    by,
    ...making(by(owner)),
    /** The newest events of the audit log. */
    log: async () => (await by(owner)(LOG)).data.auditLog.nodes,
    /** What the newest event told everyone about. */
    told: async () => {
      const rows = await scope.db.execute<{ data: object }>(
        sql`select data from outbox where tenant_id = ${tenantId}::uuid and type = 'tenant.changed' order by sequence desc limit 1`,
      );
      return rows[0]?.data;
    },
  };
}

async function grantsNow(scope: Scope, memberId: string): Promise<Grant[]> {
  const asked = await heldNow(scope, memberId);
  if (asked === undefined) return [];
  const held = grantsOf(asked.accounts, rolesHeld(asked.accounts, asked.member, asked.nowS));
  return held.map(({ role: _role, id: _id, ...grant }) => grant);
}

const making = (ask: Ask) => ({
  /** Makes a role of these grants and answers its id. */
  role: async (name: string, grants: readonly object[]): Promise<string> => {
    const { data, errors } = await ask(CREATE_ROLE, { input: { name, grants } });
    if (data.createRole?.id === undefined) throw new Error(JSON.stringify([data, errors]));
    return data.createRole.id;
  },
  /** Makes a group of these members with these roles and answers its id. */
  group: async (name: string, members: readonly { id: string }[], roles: readonly string[]) => {
    const { data } = await ask(CREATE_GROUP, { input: { name } });
    const id: string = data.createGroup.id;
    await ask(SET_GROUP_MEMBERS, { input: { id, memberIds: members.map((one) => one.id) } });
    await ask(ASSIGN, assigning({ groupId: id }, ...roles));
    return id;
  },
});

export const allow = (permission: string, more: object = {}) => ({ effect: 'ALLOW', permission, ...more });
export const deny = (permission: string, more: object = {}) => ({ effect: 'DENY', permission, ...more });

/** The input that gives a subject these roles and no others. */
export const assigning = (subject: object, ...roles: string[]) => ({
  input: { subject, roles: roles.map((role) => ({ role })) },
});

const ROLE = 'id name description system grants { effect permission conditions fields } holderCount';

export const ROLES = `{ roles { ${ROLE} } }`;

export const CREATE_ROLE = `mutation ($input: CreateRoleInput!) {
  createRole(input: $input) { __typename ... on Role { ${ROLE} } ... on Problem { message } }
}`;

export const UPDATE_ROLE = `mutation ($input: UpdateRoleInput!) {
  updateRole(input: $input) { __typename ... on Role { ${ROLE} } ... on Problem { message } }
}`;

export const DELETE_ROLE = `mutation ($input: DeleteRoleInput!) {
  deleteRole(input: $input) { __typename ... on RoleInUse { holderCount } ... on RoleDeleted { id } }
}`;

export const ASSIGN = `mutation ($input: AssignRolesInput!) {
  assignRoles(input: $input) {
    __typename
    ... on RolesAssigned { assignments { role { id name } expiresAt source assignedBy { id } createdAt via { id } } }
    ... on Problem { message }
  }
}`;

export const CREATE_GROUP = `mutation ($input: CreateGroupInput!) {
  createGroup(input: $input) { __typename ... on Group { id name memberCount roles } }
}`;

export const SET_GROUP_MEMBERS = `mutation ($input: SetGroupMembersInput!) {
  setGroupMembers(input: $input) { __typename ... on Group { id memberCount } }
}`;
