import { newId } from '@chorus/shared/id.ts';
import { expect, test } from 'vitest';
import {
  assigning,
  ASSIGN,
  CREATE_GROUP,
  SET_GROUP_MEMBERS,
  tenantWithRoles,
} from '@chorus/tests/harness/tenant-with-roles.ts';

const GROUPS = `{ groups { id name memberCount roles assignments { role { id } expiresAt source } } }`;
const RENAME = `mutation ($input: RenameGroupInput!) { renameGroup(input: $input) { __typename ... on Group { name } } }`;
const DELETE = `mutation ($input: DeleteGroupInput!) { deleteGroup(input: $input) { __typename } }`;
const MEMBERS = `query ($group: ID) { members(group: $group) { nodes { name groups { name } roles } totalCount } }`;

async function groups() {
  const tenant = await tenantWithRoles();
  const { by, owner } = tenant;
  const run = (operation: string) => async (input: object) => {
    const { data, errors } = await by(owner)(operation, { input });
    expect(errors).toEqual([]);
    return Object.values(data)[0] as { __typename: string; id: string; memberCount: number };
  };
  return {
    ...tenant,
    create: run(CREATE_GROUP),
    rename: run(RENAME),
    set: run(SET_GROUP_MEMBERS),
    remove: run(DELETE),
  };
}

test('members of a group hold its roles, and lose them with the group', async () => {
  const { by, owner, group, join, remove, log, told } = await groups();
  const ana = await join();
  const id = await group('Nights', [ana], ['analyst']);
  expect((await by(owner)(GROUPS)).data.groups).toEqual([
    {
      id,
      name: 'Nights',
      memberCount: 1,
      roles: ['analyst'],
      assignments: [{ role: { id: 'analyst' }, expiresAt: null, source: 'MANUAL' }],
    },
  ]);
  expect((await by(ana)(MEMBERS)).data.members.nodes).toContainEqual(
    expect.objectContaining({ groups: [{ name: 'Nights' }], roles: ['analyst'] }),
  );
  expect(await remove({ id })).toMatchObject({ __typename: 'GroupDeleted' });
  expect(await told()).toMatchObject({ members: [ana.id] });
  expect((await by(ana)(MEMBERS)).errors).toEqual(['members: FORBIDDEN']);
  expect((await log()).find(({ action }: { action: string }) => action === 'group.deleted')).toMatchObject({
    targets: [{ kind: 'group', id }],
    before: { name: 'Nights', members: [ana.id], roles: ['analyst'] },
  });
  expect(await remove({ id })).toMatchObject({ __typename: 'GroupNotFound' });
});

test('setting members tells the log and the records who came and went', async () => {
  const { create, set, join, log, told } = await groups();
  const [ana, bo, cy] = [await join(), await join(), await join()];
  const { id } = await create({ name: 'Nights' });
  expect(await set({ id, memberIds: [ana.id, bo.id, ana.id] })).toMatchObject({ memberCount: 2 });
  expect(await set({ id, memberIds: [bo.id, cy.id] })).toMatchObject({ memberCount: 2 });
  const { members } = (await told()) as { members: string[] };
  expect(members.toSorted()).toEqual([ana.id, cy.id].toSorted());
  const [event] = await log();
  expect(event).toMatchObject({
    action: 'group.members-set',
    before: { members: [ana.id, bo.id].toSorted() },
  });
  expect(event.after.members.toSorted()).toEqual([bo.id, cy.id].toSorted());
});

test('a member of another tenant, one who was removed and one who does not exist cannot be added', async () => {
  const { create, set, join, scope } = await groups();
  const elsewhere = await (await tenantWithRoles()).join();
  const gone = await join();
  await scope.db.execute(`update member set removed_at = now() where id = '${gone.id}'`);
  const { id } = await create({ name: 'Nights' });
  for (const memberId of [elsewhere.id, gone.id, newId(), 'nobody'])
    expect(await set({ id, memberIds: [memberId] })).toMatchObject({ __typename: 'MemberNotFound' });
});

test('a group has at most 1,000 members', async () => {
  const { create, set } = await groups();
  const { id } = await create({ name: 'Nights' });
  const memberIds = Array.from({ length: 1_001 }, newId);
  expect(await set({ id, memberIds })).toMatchObject({ __typename: 'GroupInvalid' });
});

test('a name is taken by another group in any case, and renaming is told', async () => {
  const { create, rename, log } = await groups();
  const { id } = await create({ name: 'Nights' });
  await create({ name: 'Days' });
  expect(await create({ name: 'nights' })).toMatchObject({ __typename: 'GroupNameTaken' });
  expect(await rename({ id, name: 'DAYS' })).toMatchObject({ __typename: 'GroupNameTaken' });
  expect(await create({ name: ' ' })).toMatchObject({ __typename: 'GroupInvalid' });
  expect(await rename({ id, name: '' })).toMatchObject({ __typename: 'GroupInvalid' });
  expect(await rename({ id, name: 'NIGHTS' })).toEqual({ __typename: 'Group', name: 'NIGHTS' });
  expect((await log())[0]).toMatchObject({
    action: 'group.renamed',
    before: { name: 'Nights' },
    after: { name: 'NIGHTS' },
  });
});

test('a group of another tenant reads like one that does not exist', async () => {
  const [mine, theirs] = [await groups(), await groups()];
  const id = await theirs.group('Theirs', [], ['viewer']);
  for (const unknown of [id, newId(), 'no group']) {
    expect(await mine.rename({ id: unknown, name: 'Mine' })).toEqual({ __typename: 'GroupNotFound' });
    expect(await mine.set({ id: unknown, memberIds: [] })).toEqual({ __typename: 'GroupNotFound' });
    expect(await mine.remove({ id: unknown })).toEqual({ __typename: 'GroupNotFound' });
    const { data } = await mine.by(mine.owner)(ASSIGN, assigning({ groupId: unknown }, 'viewer'));
    expect(data.assignRoles).toMatchObject({ __typename: 'SubjectNotFound' });
  }
  expect((await mine.by(mine.owner)(MEMBERS, { group: id })).data.members.nodes).toEqual([]);
});

test('the list of members can be that of a group', async () => {
  const { by, owner, group, member } = await groups();
  const [ana] = [await member({ name: 'Ana' }), await member({ name: 'Bo' })];
  const id = await group('Nights', [ana], []);
  const { data } = await by(owner)(MEMBERS, { group: id });
  expect(data.members).toMatchObject({ nodes: [{ name: 'Ana' }], totalCount: 1 });
  expect((await by(owner)(MEMBERS, { group: 'x' })).errors).toEqual(['members: BAD_USER_INPUT']);
});

test('changing groups needs its permission and a fresh second factor', async () => {
  const { by, owner, join, group } = await groups();
  const viewer = await join('viewer');
  const id = await group('Nights', [], []);
  for (const [operation, input] of [
    [RENAME, { id, name: 'x' }],
    [DELETE, { id }],
  ] as const) {
    const tried = [
      await by(viewer)(operation, { input }),
      await by(owner, { mfa: false })(operation, { input }),
    ];
    expect(tried.map(({ errors }) => errors[0]?.split(': ')[1])).toEqual(['FORBIDDEN', 'MFA_REQUIRED']);
  }
});

test('groups need their permission; members see which they are in themselves', async () => {
  const { by, join, group } = await groups();
  const [ana, bo] = [await join('viewer'), await join('viewer')];
  await group('Nights', [ana, bo], []);
  expect((await by(ana)(GROUPS)).errors).toEqual(['groups: FORBIDDEN']);
  const of = [ana, bo].map(({ id }) => ({ __typename: 'Member', id }));
  const query = `query ($of: [_Any!]!) { _entities(representations: $of) { ... on Member { groups { name } } } }`;
  const { data, errors } = await by(ana)(query, { of });
  expect(data._entities).toEqual([{ groups: [{ name: 'Nights' }] }, { groups: null }]);
  expect(errors).toEqual(['_entities.1.groups: FORBIDDEN']);
});
