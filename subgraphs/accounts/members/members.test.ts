import { newId } from '@chorus/shared/id.ts';
import { accountsInProcess } from '@chorus/tests/harness/accounts.ts';
import { expect, test } from 'vitest';

/** A tenant with members of these names. */
async function withMembers(names: readonly string[]) {
  const subgraph = await accountsInProcess();
  const { id: tenantId } = await subgraph.tenant();
  const members = [];
  for (const name of names) members.push(await subgraph.member(tenantId, { name }));
  return { ...subgraph, tenantId, members };
}

const list = `query ($first: Int, $after: String) {
  members(first: $first, after: $after) {
    nodes { name } edges { node { id } cursor } pageInfo { hasNextPage endCursor } totalCount
  }
}`;

const entities = `query ($of: [_Any!]!) { _entities(representations: $of) { ... on Member { id name email roles active } } }`;
const representation = (id: string) => ({ __typename: 'Member', id });

test('members are listed by name, each once, however small the pages are', async () => {
  const { as, tenantId } = await withMembers(['Cy', 'Ana', 'Bo', 'Ana', 'Dee']);
  const ask = as({ tenantId });
  const seen: string[] = [];
  const pages: number[] = [];
  for (let after: string | null = null, more = true; more;) {
    const { data, errors } = await ask(list, { first: 2, after });
    expect(errors).toEqual([]);
    expect(data.members.totalCount).toBe(5);
    pages.push(data.members.nodes.length);
    seen.push(...data.members.nodes.map(({ name }: { name: string }) => name));
    after = data.members.pageInfo.endCursor;
    more = data.members.pageInfo.hasNextPage;
  }
  expect(seen).toEqual(['Ana', 'Ana', 'Bo', 'Cy', 'Dee']);
  expect(pages).toEqual([2, 2, 1]);
});

test('a list shows the members of its own tenant only', async () => {
  const { as, tenant, member, tenantId } = await withMembers(['Ana']);
  const other = await tenant();
  await member(other.id, { name: 'Zoe' });
  const { data } = await as({ tenantId })(list);
  expect(data.members).toMatchObject({ nodes: [{ name: 'Ana' }], totalCount: 1 });
});

test('a cursor of another tenant, of another list, or forged is refused', async () => {
  const { as, tenantId, tenant, member } = await withMembers(['Ana', 'Bo']);
  const other = await tenant();
  await member(other.id);
  const { data } = await as({ tenantId })(list, { first: 1 });
  const own: string = data.members.pageInfo.endCursor;
  expect((await as({ tenantId: other.id })(list, { after: own })).errors).toEqual([
    'members: BAD_USER_INPUT',
  ]);

  const mark = Buffer.from(own, 'base64url').toString().split(':')[0];
  const forge = (position: string) => Buffer.from(`${mark}:${position}`).toString('base64url');
  for (const after of ['nonsense', '', forge('no-id name'), forge(`${newId()} \0`)]) {
    expect((await as({ tenantId })(list, { after })).errors).toEqual(['members: BAD_USER_INPUT']);
  }
});

test.each([0, -1, 101])('first: %d is refused', async (first) => {
  const { as } = await accountsInProcess();
  expect((await as()(list, { first })).errors).toEqual(['members: BAD_USER_INPUT']);
});

test('a hundred references to members and their roles cost two statements', async () => {
  const { as, tenantId, members, statements } = await withMembers(['Ana', 'Bo', 'Cy']);
  const of = Array.from({ length: 100 }, (_, index) => representation(members[index % 3]?.id ?? ''));
  statements.length = 0;
  const { data, errors } = await as({ tenantId })(entities, { of });
  expect(errors).toEqual([]);
  expect(data._entities[4]).toEqual({
    id: members[1]?.id,
    name: 'Bo',
    email: members[1]?.email,
    roles: ['viewer'],
    active: true,
  });
  expect(statements).toHaveLength(2);
});

test("another tenant's member is null, as one that does not exist", async () => {
  const { as, tenantId, tenant, member, members } = await withMembers(['Ana']);
  const theirs = await member((await tenant()).id);
  const of = [members[0]?.id ?? '', theirs.id, newId(), 'no id'].map(representation);
  const { data, errors } = await as({ tenantId })(entities, { of });
  expect(errors).toEqual([]);
  expect(data._entities).toEqual([expect.objectContaining({ name: 'Ana' }), null, null, null]);
});

test('without the permission members see nobody but themselves', async () => {
  const { as, tenantId, members } = await withMembers(['Ana', 'Bo']);
  const [ana, bo] = members.map(({ id }) => id);
  const ask = as({ tenantId, permissions: ['tenant.read'], subject: ana ?? '' });
  expect((await ask(list)).errors).toEqual(['members: FORBIDDEN']);
  const { data, errors } = await ask(entities, { of: [ana, bo].map((id) => representation(id ?? '')) });
  expect(data._entities).toEqual([expect.objectContaining({ name: 'Ana' }), null]);
  expect(errors).toEqual(['_entities.1: FORBIDDEN']);
});

test('nobody who has not signed in sees members', async () => {
  const { as } = await accountsInProcess();
  expect((await as({ anonymous: true })(list)).errors).toEqual(['members: UNAUTHENTICATED']);
});
