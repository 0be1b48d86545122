import { newId } from '@chorus/shared/id.ts';
import { expect, test } from 'vitest';
import {
  allow,
  assigning,
  ASSIGN,
  CREATE_ROLE,
  DELETE_ROLE,
  deny,
  tenantWithRoles,
  UPDATE_ROLE,
} from '@chorus/tests/harness/tenant-with-roles.ts';

async function roles() {
  const tenant = await tenantWithRoles();
  const { by, owner } = tenant;
  return {
    ...tenant,
    create: async (input: object) => (await by(owner)(CREATE_ROLE, { input })).data.createRole,
    update: async (input: object) => (await by(owner)(UPDATE_ROLE, { input })).data.updateRole,
    remove: async (input: object) => (await by(owner)(DELETE_ROLE, { input })).data.deleteRole,
    held: async (memberId: string) => {
      const of = [{ __typename: 'Member', id: memberId }];
      const { data } = await by(owner)(
        `query ($of: [_Any!]!) { _entities(representations: $of) { ... on Member { assignments { role { id } expiresAt } } } }`,
        { of },
      );
      return data._entities[0].assignments;
    },
  };
}

const isOpen = { op: 'eq', field: 'status', value: 'OPEN' };

test('a new role has its grants as they were written, and the log tells who made it', async () => {
  const { create, log, owner, told } = await roles();
  const grants = [
    allow('mentions.read', { conditions: isOpen, fields: ['text', 'url'] }),
    deny('mentions.manage', { conditions: null, fields: null }),
  ];
  const created = await create({ name: '  Night   shift ', description: 'At night.', grants });
  expect(created).toMatchObject({
    name: 'Night shift',
    description: 'At night.',
    system: false,
    holderCount: 0,
  });
  expect(created.grants[0]).toEqual(grants[0]);
  expect((await log())[0]).toMatchObject({
    action: 'role.created',
    actor: { id: owner.id },
    targets: [{ kind: 'role', id: created.id }],
    after: { name: 'Night shift', grants: [{ effect: 'allow' }, { effect: 'deny' }] },
  });
  expect(await told()).toMatchObject({ version: expect.any(Number) });
});

test('a copy has the grants of what it copies, a system role or another', async () => {
  const { create } = await roles();
  const copy = await create({ name: 'Copy', copyOf: 'viewer' });
  expect(copy.grants.map(({ permission }: { permission: string }) => permission)).toContain('reports.read');
  expect((await create({ name: 'Copy of it', copyOf: copy.id })).grants).toEqual(copy.grants);
  expect(await create({ name: 'Other', copyOf: newId() })).toMatchObject({ __typename: 'RoleNotFound' });
});

test('a name is taken by another role in any case, by a system role, and by no role of another tenant', async () => {
  const { create, update } = await roles();
  const { id } = await create({ name: 'Editors', grants: [] });
  const other = await create({ name: 'Other', grants: [] });
  for (const name of ['EDITORS', 'Owner'])
    expect(await create({ name, grants: [] })).toMatchObject({ __typename: 'RoleNameTaken' });
  expect(await update({ id: other.id, name: 'editors' })).toMatchObject({ __typename: 'RoleNameTaken' });
  expect(await update({ id, name: 'EDITORS' })).toMatchObject({ __typename: 'Role', name: 'EDITORS' });
  expect(await (await roles()).create({ name: 'Editors', grants: [] })).toMatchObject({ __typename: 'Role' });
});

test.each([
  ['no name', { name: ' ', grants: [] }, 'The name must have'],
  ['a name too long', { name: 'x'.repeat(101), grants: [] }, 'The name must have'],
  ['a description too long', { description: 'x'.repeat(501), grants: [] }, 'The description must have'],
  ['neither grants nor a copy', {}, 'either grants or a role to copy'],
  ['both', { grants: [], copyOf: 'viewer' }, 'either grants or a role to copy'],
  ['an unknown permission', { grants: [allow('mentions.eat')] }, 'Grant 1: There is no such permission.'],
  ['a permission of the platform', { grants: [allow('platform.tenants.read')] }, 'Grant 1: There is no such'],
  ['a field nobody hides', { grants: [allow('mentions.read', { fields: ['id'] })] }, 'cannot be hidden'],
  [
    'a condition on an unknown field',
    { grants: [allow('roles.read'), allow('mentions.read', { conditions: { ...isOpen, field: 'x' } })] },
    'Grant 2: The condition names an unknown field.',
  ],
  [
    'too many grants',
    { grants: Array.from({ length: 101 }, () => allow('roles.read')) },
    'at most 100 grants',
  ],
])('a role with %s is refused with the reason', async (_, input, message) => {
  const { create } = await roles();
  expect(await create({ name: 'Role', ...input })).toEqual({
    __typename: 'RoleInvalid',
    message: expect.stringContaining(message),
  });
});

test('a changed role keeps what is not named, and the log tells before and after', async () => {
  const { create, update, log } = await roles();
  const { id } = await create({ name: 'Editors', description: 'Old', grants: [allow('mentions.read')] });
  expect(await update({ id, description: 'New' })).toMatchObject({
    name: 'Editors',
    description: 'New',
    grants: [allow('mentions.read')],
  });
  await update({ id, grants: [allow('trackers.read')] });
  expect((await log())[0]).toMatchObject({
    action: 'role.updated',
    before: { grants: [{ effect: 'allow', permission: 'mentions.read' }] },
    after: { grants: [{ effect: 'allow', permission: 'trackers.read' }] },
  });
  expect(await update({ id: newId() })).toMatchObject({ __typename: 'RoleNotFound' });
  expect(await update({ id, grants: [allow('x')] })).toMatchObject({ __typename: 'RoleInvalid' });
});

test('system roles are locked', async () => {
  const { update, remove } = await roles();
  expect(await update({ id: 'viewer', grants: [] })).toMatchObject({ __typename: 'RoleLocked' });
  expect(await remove({ id: 'viewer' })).toMatchObject({ __typename: 'RoleLocked' });
});

test('grants that would shut a holder out, because all together are too large, are refused', async () => {
  const { create, update, by, owner, join } = await roles();
  const many = () => ({ op: 'in', field: 'id', value: Array.from({ length: 150 }, newId) });
  const [one, other] = [
    await create({ name: 'One', grants: [allow('mentions.read', { conditions: many() })] }),
    await create({ name: 'Other', grants: [] }),
  ];
  await by(owner)(ASSIGN, assigning({ memberId: (await join()).id }, one.id, other.id));
  const grants = [allow('mentions.read', { conditions: many() })];
  const { errors } = await by(owner)(UPDATE_ROLE, { input: { id: other.id, grants } });
  expect(errors).toEqual(['updateRole: BAD_USER_INPUT']);
  expect(await update({ id: other.id, name: 'Still there' })).toMatchObject({ grants: [] });
});

test('a role nobody holds is deleted; one in use tells how many hold it', async () => {
  const { create, remove, join, group, log } = await roles();
  const { id } = await create({ name: 'Editors', grants: [] });
  const ana = await join(id);
  await group('Nights', [ana, await join()], [id]);
  expect(await remove({ id })).toEqual({ __typename: 'RoleInUse', holderCount: 2 });
  const unused = await create({ name: 'Unused', grants: [] });
  expect(await remove({ id: unused.id })).toEqual({ __typename: 'RoleDeleted', id: unused.id });
  expect(await remove({ id: unused.id })).toEqual({ __typename: 'RoleNotFound' });
  expect((await log())[0]).toMatchObject({ action: 'role.deleted', before: { name: 'Unused' } });
});

test('who held a deleted role holds the other instead, until the sooner end', async () => {
  const { create, remove, join, by, owner, held, told } = await roles();
  const { id } = await create({ name: 'Editors', grants: [] });
  const [ana, bo] = [await join(id), await join('viewer')];
  const end = new Date(Date.now() + 3_600_000).toISOString();
  const both = [{ role: id, expiresAt: end }, { role: 'viewer' }];
  await by(owner)(ASSIGN, { input: { subject: { memberId: bo.id }, roles: both } });
  expect(await remove({ id, reassignTo: id })).toMatchObject({ __typename: 'RoleInvalid' });
  expect(await remove({ id, reassignTo: newId() })).toMatchObject({ __typename: 'RoleNotFound' });
  expect(await remove({ id, reassignTo: 'viewer' })).toMatchObject({ __typename: 'RoleDeleted' });
  expect(await held(ana.id)).toEqual([{ role: { id: 'viewer' }, expiresAt: null }]);
  const [left] = await held(bo.id);
  expect({ ...left, expiresAt: new Date(left.expiresAt).toISOString() }).toEqual({
    role: { id: 'viewer' },
    expiresAt: end,
  });
  const { members } = (await told()) as { members: string[] };
  expect(members.toSorted()).toEqual([ana.id, bo.id].toSorted());
});

test('no reassignment gives the last owner an end', async () => {
  const { create, remove, by, owner, held } = await roles();
  const { id } = await create({ name: 'Editors', grants: [] });
  const end = new Date(Date.now() + 3_600_000).toISOString();
  const both = [{ role: id, expiresAt: end }, { role: 'owner' }];
  await by(owner)(ASSIGN, { input: { subject: { memberId: owner.id }, roles: both } });
  expect(await remove({ id, reassignTo: 'owner' })).toEqual({ __typename: 'LastOwner' });
  expect(await held(owner.id)).toContainEqual({ role: { id: 'owner' }, expiresAt: null });
});

test('fifty people cannot make two roles of one name', async () => {
  const { create } = await roles();
  const made = await Promise.all(Array.from({ length: 50 }, () => create({ name: 'Once', grants: [] })));
  expect(made.filter(({ __typename }) => __typename === 'Role')).toHaveLength(1);
});
