import { sql } from 'drizzle-orm';
import { expect, test } from 'vitest';
import {
  allow,
  assigning,
  ASSIGN,
  CREATE_GROUP,
  CREATE_ROLE,
  DELETE_ROLE,
  deny,
  SET_GROUP_MEMBERS,
  tenantWithRoles,
  UPDATE_ROLE,
} from '@chorus/tests/harness/tenant-with-roles.ts';

const isOpen = { op: 'eq', field: 'status', value: 'OPEN' };
const MANAGING = [allow('roles.manage'), allow('members.manage'), allow('members.read'), allow('roles.read')];

test('nobody puts into a role what they do not hold', async () => {
  const { by, admin, role } = await tenantWithRoles();
  const input = { name: 'Treasurer', grants: [allow('billing.manage')] };
  const { errors, messages } = await by(admin)(CREATE_ROLE, { input });
  expect(errors).toEqual(['createRole: FORBIDDEN']);
  expect(messages).toEqual(['You do not hold billing.manage as widely as this needs.']);
  const copy = { input: { name: 'Second owner', copyOf: 'owner' } };
  expect((await by(admin)(CREATE_ROLE, copy)).errors).toEqual(['createRole: FORBIDDEN']);
  const id = await role('Harmless', []);
  const wider = { input: { id, grants: [allow('billing.manage')] } };
  expect((await by(admin)(UPDATE_ROLE, wider)).errors).toEqual(['updateRole: FORBIDDEN']);
  const denying = { input: { name: 'No billing', grants: [deny('billing.manage')] } };
  expect((await by(admin)(CREATE_ROLE, denying)).errors).toEqual([]);
});

test('nobody changes, deletes or assigns a role that goes beyond what they hold', async () => {
  const { by, admin, role, join } = await tenantWithRoles();
  const id = await role('Treasurer', [allow('billing.manage')]);
  const ana = await join('viewer');
  const tried = [
    await by(admin)(UPDATE_ROLE, { input: { id, description: 'Mine now' } }),
    await by(admin)(UPDATE_ROLE, { input: { id, grants: [] } }),
    await by(admin)(DELETE_ROLE, { input: { id } }),
    await by(admin)(ASSIGN, assigning({ memberId: ana.id }, id)),
    await by(admin)(ASSIGN, assigning({ memberId: ana.id }, 'owner')),
    await by(admin)(ASSIGN, assigning({ memberId: admin.id }, 'admin', 'owner')),
  ];
  expect(tried.map(({ errors }) => errors[0]?.split(': ')[1])).toEqual(tried.map(() => 'FORBIDDEN'));
});

test('who holds a permission for some rows passes it on for these and no others', async () => {
  const { by, role, join } = await tenantWithRoles();
  const lead = await join(await role('Lead', [...MANAGING, allow('mentions.read', { conditions: isOpen })]));
  const create = async (grant: object) =>
    (await by(lead)(CREATE_ROLE, { input: { name: `r${Math.random()}`, grants: [grant] } })).errors;
  expect(await create(allow('mentions.read', { conditions: isOpen }))).toEqual([]);
  expect(await create(allow('mentions.read'))).toEqual(['createRole: FORBIDDEN']);
  expect(await create(allow('mentions.read', { conditions: { op: 'not', of: isOpen } }))).toEqual([
    'createRole: FORBIDDEN',
  ]);
});

test('nobody rids themselves or others of what is denied to them', async () => {
  const { by, role, join } = await tenantWithRoles();
  const silenced = await role('Silenced', [deny('mentions.read')]);
  const lead = await join('admin', silenced);
  const other = await join('viewer', silenced);
  for (const { id } of [lead, other])
    expect((await by(lead)(ASSIGN, assigning({ memberId: id }, 'viewer'))).errors).toEqual([
      'assignRoles: FORBIDDEN',
    ]);
  for (const input of [{ id: silenced, grants: [] }, { id: silenced }])
    expect((await by(lead)(UPDATE_ROLE, { input })).errors).toEqual(['updateRole: FORBIDDEN']);
});

test('nobody takes from members who hold more than they do, not even by what a role denies', async () => {
  const { by, admin, owner, role, group, join } = await tenantWithRoles();
  const shared = await role('Shared', [allow('mentions.read')]);
  await by(owner)(ASSIGN, assigning({ memberId: owner.id }, 'owner', shared));
  const silenced = await role('Silenced', [deny('mentions.read')]);
  const nights = await group('Nights', [owner], ['viewer']);
  const ana = await join('viewer');
  const tried = [
    await by(admin)(ASSIGN, assigning({ memberId: owner.id }, 'owner', silenced)),
    await by(admin)(ASSIGN, assigning({ groupId: nights }, silenced)),
    await by(admin)(UPDATE_ROLE, { input: { id: shared, grants: [deny('roles.manage')] } }),
    await by(admin)(DELETE_ROLE, { input: { id: shared, reassignTo: silenced } }),
    await by(admin)(SET_GROUP_MEMBERS, { input: { id: nights, memberIds: [] } }),
  ];
  expect(tried.map(({ errors }) => errors[0]?.split(': ')[1])).toEqual(tried.map(() => 'FORBIDDEN'));
  const wider = { input: { id: shared, grants: [allow('mentions.read'), allow('trackers.read')] } };
  expect((await by(admin)(UPDATE_ROLE, wider)).errors).toEqual([]);
  expect((await by(admin)(ASSIGN, assigning({ memberId: ana.id }, silenced))).errors).toEqual([]);
});

test('adding somebody to a group is granting them its roles', async () => {
  const { by, admin, group, join, owner } = await tenantWithRoles();
  const money = await group('Money', [], ['billing']);
  const nights = await group('Nights', [], ['analyst']);
  const ana = await join('viewer');
  const add = (who: { id: string }, id: string) =>
    by(who)(SET_GROUP_MEMBERS, { input: { id, memberIds: [ana.id] } });
  expect((await add(admin, money)).errors).toEqual(['setGroupMembers: FORBIDDEN']);
  expect((await add(admin, nights)).errors).toEqual([]);
  expect((await add(owner, money)).errors).toEqual([]);
});

test('what changes rights needs a fresh second factor, and is closed to who lacks the permission', async () => {
  const { by, as, owner, join } = await tenantWithRoles();
  const viewer = await join('viewer');
  const operations = [
    [CREATE_ROLE, { name: 'x' }],
    [UPDATE_ROLE, { id: 'x' }],
    [DELETE_ROLE, { id: 'x' }],
    [CREATE_GROUP, { name: 'x' }],
    [SET_GROUP_MEMBERS, { id: 'x', memberIds: [] }],
    [ASSIGN, { subject: {}, roles: [] }],
  ] as const;
  for (const [operation, input] of operations) {
    const subject = 'subject' in input ? { ...input, subject: { memberId: viewer.id } } : input;
    const codes = [
      await by(owner, { mfa: false })(operation, { input: subject }),
      await by(viewer)(operation, { input: subject }),
      await as({ anonymous: true })(operation, { input: subject }),
    ].map(({ errors }) => errors[0]?.split(': ')[1]);
    expect(codes).toEqual(['MFA_REQUIRED', 'FORBIDDEN', 'UNAUTHENTICATED']);
  }
});

test('a tenant has at most 500 roles and 500 groups', async () => {
  const { by, owner, scope, tenantId } = await tenantWithRoles();
  for (const [table, columns] of [
    ['role', sql`, '[]'::jsonb`],
    ['member_group', sql``],
  ] as const)
    await scope.db.execute(sql`
      insert into ${sql.identifier(table)} (tenant_id, id, name ${table === 'role' ? sql`, grants` : sql``})
      select ${tenantId}::uuid, gen_random_uuid(), 'n' || n ${columns} from generate_series(1, 500) n`);
  const role = await by(owner)(CREATE_ROLE, { input: { name: 'One more', grants: [] } });
  expect(role.data.createRole).toMatchObject({ __typename: 'RoleLimitReached' });
  const group = await by(owner)(CREATE_GROUP, { input: { name: 'One more' } });
  expect(group.data.createGroup).toMatchObject({ __typename: 'GroupLimitReached' });
});
