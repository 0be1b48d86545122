import { expect, test } from 'vitest';
import { allow, deny, tenantWithRoles } from '@chorus/tests/harness/tenant-with-roles.ts';
import { PASSWORD, SIGN_IN } from '../testing.ts';

const LIST = `query ($group: ID) { members(group: $group) { nodes { id email } totalCount } }`;
const ENTITIES = `query ($of: [_Any!]!) { _entities(representations: $of) { ... on Member { id email } } }`;

const viewers = { op: 'eq', field: 'roles', value: 'viewer' };

async function withReader(...grants: object[]) {
  const tenant = await tenantWithRoles();
  const reader = await tenant.join(await tenant.role('Reader', grants));
  return { ...tenant, reader, ask: tenant.by(reader) };
}

const ids = (nodes: { id: string }[]) => nodes.map(({ id }) => id).toSorted();

test('a condition on roles shows the members who hold one, directly or by a group, in list, count and references', async () => {
  const { ask, join, group, owner } = await withReader(allow('members.read', { conditions: viewers }));
  const [direct, grouped, neither] = [await join('viewer'), await join(), await join('analyst')];
  await group('Nights', [grouped], ['viewer']);
  const { data } = await ask(LIST);
  expect(ids(data.members.nodes)).toEqual(ids([direct, grouped]));
  expect(data.members.totalCount).toBe(2);
  const of = [direct, grouped, neither, owner].map(({ id }) => ({ __typename: 'Member', id }));
  const found = await ask(ENTITIES, { of });
  expect(found.data._entities).toMatchObject([{ id: direct.id }, { id: grouped.id }, null, null]);
  expect(found.errors).toEqual(['_entities.2: FORBIDDEN', '_entities.3: FORBIDDEN']);
});

test('a condition on a role of the tenant’s own speaks of it by its name', async () => {
  const { ask, join, role } = await withReader(
    allow('members.read', { conditions: { op: 'in', field: 'roles', value: ['Editors'] } }),
  );
  const editor = await join(await role('Editors', []));
  await join('viewer');
  expect(ids((await ask(LIST)).data.members.nodes)).toEqual([editor.id]);
});

test('conditions on address, activity, time and id hold', async () => {
  const tenant = await tenantWithRoles();
  const { owner, by, join, role, scope } = tenant;
  const ana = await join('viewer');
  await scope.db.execute(`update member set active = false where id = '${ana.id}'`);
  for (const condition of [
    { op: 'eq', field: 'email', value: ana.email },
    { op: 'eq', field: 'active', value: false },
    { op: 'eq', field: 'id', value: ana.id },
    {
      op: 'and',
      of: [
        { op: 'gt', field: 'joinedAt', value: new Date(0).toISOString() },
        { op: 'eq', field: 'active', value: false },
      ],
    },
  ]) {
    const reader = await join(
      await role(`r${Math.random()}`, [allow('members.read', { conditions: condition })]),
    );
    const { data, errors } = await by(reader)(LIST);
    expect(errors).toEqual([]);
    expect(data.members).toEqual({ nodes: [{ id: ana.id, email: ana.email }], totalCount: 1 });
  }
  expect((await by(owner)(LIST)).data.members.nodes.length).toBeGreaterThan(1);
});

test('a hidden address is null and told as forbidden, but never one’s own', async () => {
  const { ask, reader, owner, admin } = await withReader(
    allow('members.read'),
    deny('members.read', { fields: ['email'], conditions: { op: 'ne', field: 'roles', value: 'admin' } }),
  );
  const of = [reader, owner, admin].map(({ id }) => ({ __typename: 'Member', id }));
  const { data, errors } = await ask(ENTITIES, { of });
  expect(data._entities).toEqual([
    { id: reader.id, email: reader.email },
    { id: owner.id, email: null },
    { id: admin.id, email: admin.email },
  ]);
  expect(errors).toEqual(['_entities.1.email: FORBIDDEN']);
  const list = await ask(LIST);
  expect(list.data.members.totalCount).toBe(3);
  expect(list.errors).toHaveLength(1);
});

test('members see themselves and their address whatever their rules leave out', async () => {
  const { ask, reader } = await withReader(allow('members.read', { conditions: viewers }));
  const { data, errors } = await ask(ENTITIES, { of: [{ __typename: 'Member', id: reader.id }] });
  expect({ data, errors }).toEqual({
    data: { _entities: [{ id: reader.id, email: reader.email }] },
    errors: [],
  });
});

test('whoever signs in sees their own address in the answer', async () => {
  const { as, join } = await tenantWithRoles();
  const { id, email } = await join('billing');
  const operation = SIGN_IN.replace('member { id }', 'member { id email }');
  const { data, errors } = await as({ anonymous: true })(operation, { email, password: PASSWORD });
  expect(errors).toEqual([]);
  expect(data.signIn.viewer.member).toEqual({ id, email });
});

test('who was removed is in no list, and references still name them', async () => {
  const { by, owner, join, group, scope } = await tenantWithRoles();
  const gone = await join('viewer');
  const nights = await group('Nights', [gone], []);
  await scope.db.execute(`update member set active = false, removed_at = now() where id = '${gone.id}'`);
  const ask = by(owner);
  expect((await ask(LIST)).data.members.totalCount).toBe(2);
  expect((await ask(LIST, { group: nights })).data.members).toEqual({ nodes: [], totalCount: 0 });
  const { data } = await ask(ENTITIES, { of: [{ __typename: 'Member', id: gone.id }] });
  expect(data._entities).toMatchObject([{ id: gone.id }]);
});
