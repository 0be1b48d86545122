import { ALL_PERMISSIONS, SYSTEM_ROLES } from '@chorus/shared/permissions.ts';
import { newId } from '@chorus/shared/id.ts';
import { expect, test } from 'vitest';
import { allow, assigning, ASSIGN, ROLES, tenantWithRoles } from '@chorus/tests/harness/tenant-with-roles.ts';

const ENTITIES = `query ($of: [_Any!]!) { _entities(representations: $of) { ... on Role { id name holderCount } } }`;

test('the system roles come first, then the tenant’s own by name', async () => {
  const { by, owner, role } = await tenantWithRoles();
  await role('night shift', [allow('mentions.read')]);
  await role('Editors', [allow('mentions.manage', { fields: null, conditions: null })]);
  const { data, errors } = await by(owner)(ROLES);
  expect(errors).toEqual([]);
  expect(data.roles.map(({ name, system }: { name: string; system: boolean }) => [name, system])).toEqual([
    ...Object.keys(SYSTEM_ROLES).map((name) => [name, true]),
    ['Editors', false],
    ['night shift', false],
  ]);
  expect(data.roles[0].grants).toHaveLength(ALL_PERMISSIONS.length);
  expect(data.roles.at(-1).grants).toEqual([
    { effect: 'ALLOW', permission: 'mentions.read', conditions: null, fields: null },
  ]);
});

test('who a change of a role affects is counted once each, for all roles in one statement', async () => {
  const { by, owner, role, group, join, statements } = await tenantWithRoles();
  const id = await role('Night shift', [allow('mentions.read')]);
  const [ana, bo] = [await join(id), await join('viewer')];
  await group('Nights', [ana, bo], [id]);
  await group('Nobody', [], [id]);
  statements.length = 0;
  const { data } = await by(owner)(ROLES);
  const counts = data.roles.map(({ name, holderCount }: { name: string; holderCount: number }) => [
    name,
    holderCount,
  ]);
  expect(Object.fromEntries(counts)).toMatchObject({ owner: 1, admin: 1, viewer: 1, 'Night shift': 2 });
  expect(statements).toHaveLength(2);
});

test('a role of another tenant reads like one that does not exist', async () => {
  const [mine, theirs] = [await tenantWithRoles(), await tenantWithRoles()];
  const id = await theirs.role('Theirs', []);
  const of = ['viewer', id, newId(), 'no role'].map((one) => ({ __typename: 'Role', id: one }));
  const { data, errors } = await mine.by(mine.owner)(ENTITIES, { of });
  expect(errors).toEqual([]);
  expect(data._entities).toEqual([{ id: 'viewer', name: 'viewer', holderCount: 0 }, null, null, null]);
});

test('roles need their permission, also as entities', async () => {
  const { as, by, join } = await tenantWithRoles();
  const viewer = by(await join('viewer'));
  expect((await viewer(ROLES)).errors).toEqual(['roles: FORBIDDEN']);
  const of = [{ __typename: 'Role', id: 'owner' }];
  expect((await viewer(ENTITIES, { of })).errors).toEqual(['_entities.0: FORBIDDEN']);
  expect((await as({ anonymous: true })(ROLES)).errors).toEqual(['roles: UNAUTHENTICATED']);
});

test('a role that ends counts no longer once it has ended', async () => {
  const { by, owner, join, scope } = await tenantWithRoles();
  const ana = await join('viewer');
  await by(owner)(ASSIGN, assigning({ memberId: ana.id }, 'billing'));
  await scope.db.execute(`update role_assignment set expires_at = now() where role = 'billing'
    and subject_id = '${ana.id}'`);
  const { data } = await by(owner)(ROLES);
  expect(data.roles.find(({ id }: { id: string }) => id === 'billing').holderCount).toBe(0);
});
