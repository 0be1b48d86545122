import { abilityOf, allows, rowAllowed } from '@chorus/shared/ability.ts';
import { newId } from '@chorus/shared/id.ts';
import { ALL_PERMISSIONS } from '@chorus/shared/permissions.ts';
import { expect, test } from 'vitest';
import { rulesNow } from '../records/records.service.ts';
import { allow, ASSIGN, deny, tenantWithRoles } from '@chorus/tests/harness/tenant-with-roles.ts';

const EXPLAIN = `query ($memberId: ID!, $permission: String!, $resource: JSON) {
  explainAccess(memberId: $memberId, permission: $permission, resource: $resource) {
    allowed reason role { id name } grant { effect permission conditions fields } via { name } expiresAt needsMfa
  }
}`;

const isOpen = { op: 'eq', field: 'status', value: 'OPEN' };

async function access() {
  const tenant = await tenantWithRoles();
  const { by, owner } = tenant;
  const ask = (memberId: string, permission: string, resource?: unknown) =>
    by(owner)(EXPLAIN, { memberId, permission, resource });
  const explain = async (memberId: string, permission: string, resource?: unknown) => {
    const { data, errors } = await ask(memberId, permission, resource);
    expect(errors).toEqual([]);
    return data.explainAccess;
  };
  return { ...tenant, ask, explain };
}

test('it names the role and the grant that allow, and what they need besides', async () => {
  const { explain, owner, join } = await access();
  expect(await explain(owner.id, 'billing.manage')).toEqual({
    allowed: true,
    reason: 'The role owner allows billing.manage.',
    role: { id: 'owner', name: 'owner' },
    grant: { effect: 'ALLOW', permission: 'billing.manage', conditions: null, fields: null },
    via: null,
    expiresAt: null,
    needsMfa: 900,
  });
  expect(await explain((await join('viewer')).id, 'billing.read')).toMatchObject({
    allowed: false,
    reason: 'No role of the member allows billing.read.',
    role: null,
    grant: null,
    needsMfa: null,
  });
});

test('a deny decides before every allow, where its condition holds', async () => {
  const { explain, join, role } = await access();
  const id = await role('No open ones', [deny('mentions.read', { conditions: isOpen })]);
  const ana = await join('viewer', id);
  expect(await explain(ana.id, 'mentions.read', { status: 'OPEN' })).toMatchObject({
    allowed: false,
    reason: 'The role No open ones denies mentions.read.',
    role: { id },
    grant: { effect: 'DENY', conditions: isOpen },
  });
  expect(await explain(ana.id, 'mentions.read', { status: 'DONE' })).toMatchObject({
    allowed: true,
    role: { id: 'viewer' },
  });
});

test('without a resource it says that the permission holds for some only', async () => {
  const { explain, join, role } = await access();
  const ana = await join(await role('Open ones', [allow('mentions.read', { conditions: isOpen })]));
  expect((await explain(ana.id, 'mentions.read')).reason).toBe(
    'The role Open ones allows mentions.read for some resources.',
  );
  expect(await explain(ana.id, 'mentions.read', { status: 'DONE' })).toMatchObject({
    allowed: false,
    reason: 'No role of the member allows mentions.read for this resource.',
  });
});

test('it tells the group by which a role is held, and until when', async () => {
  const { explain, join, group, by, owner } = await access();
  const ana = await join();
  const groupId = await group('Nights', [ana], []);
  const expiresAt = new Date(Date.now() + 3_600_000).toISOString();
  const roles = [{ role: 'analyst', expiresAt }];
  await by(owner)(ASSIGN, { input: { subject: { groupId }, roles } });
  const explained = await explain(ana.id, 'mentions.manage');
  expect(explained).toMatchObject({ allowed: true, role: { id: 'analyst' }, via: { name: 'Nights' } });
  expect(new Date(explained.expiresAt).toISOString()).toBe(expiresAt);
});

test('a member’s id alone stands for that member, whatever else a client would say of them', async () => {
  const { explain, ask, join, role, owner } = await access();
  const conditions = { op: 'eq', field: 'roles', value: 'viewer' };
  const host = await join(await role('Host', [allow('members.manage', { conditions })]));
  const viewer = await join('viewer');
  expect(await explain(host.id, 'members.manage', { id: viewer.id })).toMatchObject({ allowed: true });
  expect(await explain(host.id, 'members.manage', { id: owner.id })).toMatchObject({ allowed: false });
  const elsewhere = await (await tenantWithRoles()).join('viewer');
  for (const id of [elsewhere.id, newId()])
    expect((await ask(host.id, 'members.manage', { id })).errors).toEqual(['explainAccess: BAD_USER_INPUT']);
});

test.each([
  ['an unknown permission', 'mentions.eat', undefined],
  ['a permission of the platform', 'platform.tenants.read', undefined],
  ['an unknown field', 'mentions.read', { colour: 'red' }],
  ['a tenant', 'mentions.read', { tenantId: newId() }],
  ['a field of the prototype', 'mentions.read', JSON.parse('{"__proto__": {"status": "OPEN"}}')],
  ['a type', 'mentions.read', { __caslSubjectType__: 'billing' }],
  ['a value of another type', 'mentions.read', { status: { op: 'OPEN' } }],
  ['a list where one is wanted', 'mentions.read', { status: ['OPEN'] }],
  ['one where a list is wanted', 'mentions.read', { tags: 'urgent' }],
  ['an id that is none', 'mentions.read', { trackerIds: ['1'] }],
  ['a list', 'mentions.read', [isOpen]],
  ['text', 'mentions.read', 'OPEN'],
  ['less than a grant asks for', 'mentions.read', { tags: [] }],
])('%s is refused', async (_, permission, resource) => {
  const { ask, join, role } = await access();
  const ana = await join(await role('Open ones', [allow('mentions.read', { conditions: isOpen })]));
  expect((await ask(ana.id, permission, resource)).errors).toEqual(['explainAccess: BAD_USER_INPUT']);
});

test('members of another tenant, removed ones and nobody are null alike; a disabled one may do nothing', async () => {
  const { explain, join, scope } = await access();
  const elsewhere = await (await tenantWithRoles()).join('viewer');
  const [gone, disabled] = [await join('viewer'), await join('viewer')];
  await scope.db.execute(`update member set active = false, removed_at = now() where id = '${gone.id}'`);
  await scope.db.execute(`update member set active = false where id = '${disabled.id}'`);
  for (const id of [elsewhere.id, gone.id, newId(), 'nobody'])
    expect(await explain(id, 'mentions.read')).toBeNull();
  expect(await explain(disabled.id, 'mentions.read')).toMatchObject({
    allowed: false,
    reason: 'The member is disabled.',
  });
});

test('it says what the member’s rules say, for every permission and for rows', async () => {
  const { explain, join, role, group, scope, tenantId } = await access();
  const own = { op: 'eq', field: 'assigneeId', value: '{{subject}}' };
  const ana = await join(
    'viewer',
    await role('Mine', [allow('mentions.manage', { conditions: own }), deny('reports.read')]),
  );
  await group('Nights', [ana], [await role('Open', [deny('mentions.read', { conditions: isOpen })])]);
  const ability = abilityOf(await rulesNow(scope, ana.id));
  for (const permission of ALL_PERMISSIONS)
    expect((await explain(ana.id, permission)).allowed).toBe(allows(ability, permission));
  for (const permission of ['mentions.read', 'mentions.manage'] as const)
    for (const status of ['OPEN', 'DONE', null])
      for (const assigneeId of [ana.id, newId(), null]) {
        const row = { status, assigneeId };
        const wanted = rowAllowed(ability, permission, { ...row, tenantId });
        expect((await explain(ana.id, permission, row)).allowed).toBe(wanted);
      }
});

test('explaining needs its permission', async () => {
  const { by, join, owner } = await access();
  const asked = { memberId: owner.id, permission: 'mentions.read' };
  expect((await by(await join('viewer'))(EXPLAIN, asked)).errors).toEqual(['explainAccess: FORBIDDEN']);
});
