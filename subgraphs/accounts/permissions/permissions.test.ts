import { ALL_PERMISSIONS } from '@chorus/shared/permissions.ts';
import { expect, test } from 'vitest';
import { tenantWithRoles } from '@chorus/tests/harness/tenant-with-roles.ts';

const PERMISSIONS = `{ permissions { key group description dangerous assurance maxAge conditionFields hideableFields } }`;

test('the catalogue tells what a tenant can hand out, and nothing of the platform’s', async () => {
  const { by, owner } = await tenantWithRoles();
  const { data, errors } = await by(owner)(PERMISSIONS);
  expect(errors).toEqual([]);
  expect(data.permissions.map(({ key }: { key: string }) => key)).toEqual(ALL_PERMISSIONS);
  expect(data.permissions).toContainEqual({
    key: 'members.read',
    group: 'Members',
    description: 'See the members of the tenant.',
    dangerous: false,
    assurance: 'PASSWORD',
    maxAge: null,
    conditionFields: ['id', 'email', 'roles', 'active', 'joinedAt'],
    hideableFields: ['email'],
  });
  expect(data.permissions).toContainEqual(
    expect.objectContaining({ key: 'roles.manage', dangerous: true, assurance: 'MFA', maxAge: 900 }),
  );
});

test('the catalogue needs its permission', async () => {
  const { as, by, join } = await tenantWithRoles();
  expect((await by(await join('viewer'))(PERMISSIONS)).errors).toEqual(['permissions: FORBIDDEN']);
  expect((await as({ anonymous: true })(PERMISSIONS)).errors).toEqual(['permissions: UNAUTHENTICATED']);
});
