import { sql } from 'drizzle-orm';
import { newId } from '@chorus/shared/id.ts';
import { inProcess } from '@chorus/tests/harness/subgraph.ts';
import { expect, test } from 'vitest';
import { features } from '../features.ts';
import { ingestPosts } from '../ingest/ingest.ts';
import { examplePost } from '../posts/example-post.ts';

async function tenantWith(...texts: string[]) {
  const subgraph = await inProcess('mentions', features, { isMember: () => Promise.resolve(true) });
  const tenantId = newId();
  await ingestPosts(
    subgraph.worker,
    tenantId,
    texts.map((text, index) =>
      examplePost(`${index}`, text, { authorHandle: `Anna_${index}`, authorName: 'Anna' }),
    ),
  );
  const ask = subgraph.as({ tenantId });
  const suggest = async (prefix: string, first?: number): Promise<{ handle: string; mentions: number }[]> =>
    (await ask(SUGGEST, { prefix, first })).data.suggestPages;
  return { ...subgraph, tenantId, ask, suggest };
}

const SUGGEST = `query ($prefix: String!, $first: Int) {
  suggestPages(prefix: $prefix, first: $first) { handle mentions }
}`;

test('the most mentioned pages come first, by the start of their handle only', async () => {
  const { suggest } = await tenantWith('@ann @annie @Annie', '@annie @joann', '@ann_b @annie', '@ANN_B @ann');
  expect(await suggest('ann')).toEqual([
    { handle: 'annie', mentions: 3 },
    { handle: 'ann', mentions: 2 },
    { handle: 'ann_b', mentions: 2 },
    { handle: 'anna_0', mentions: 0 },
    { handle: 'anna_1', mentions: 0 },
    { handle: 'anna_2', mentions: 0 },
    { handle: 'anna_3', mentions: 0 },
  ]);
  expect((await suggest('@ANN', 2)).map(({ handle }) => handle)).toEqual(['annie', 'ann']);
  expect(await suggest('%')).toEqual([]);
  expect(await suggest('a_n')).toEqual([]);
});

test('writers are known by name, and keep it when somebody mentions them', async () => {
  const { ask } = await tenantWith('@anna_1', 'hello');
  const { data } = await ask('{ suggestPages(prefix: "anna_1") { name mentions source } }');
  expect(data.suggestPages).toEqual([{ name: 'Anna', mentions: 1, source: 'demo' }]);
});

test.each(['a', 'ann', '\u{10FFFF}', '\u0000', '\uD800', '"', '日'])(
  'the prefix %j is only text',
  async (prefix) => {
    const { ask } = await tenantWith('@ann');
    expect((await ask(SUGGEST, { prefix })).errors).toEqual([]);
  },
);

test('row-level security leaves the index of handles in use', async () => {
  const { database, tenantId } = await tenantWith();
  const plan = await database.transaction(tenantId, async (db) => {
    await db.execute(sql`set local enable_seqscan = off`);
    return db.execute<{ 'QUERY PLAN': string }>(sql`explain select * from page
      where tenant_id = ${tenantId} and handle >= 'a' and handle < 'b'`);
  });
  expect(plan.map((row) => row['QUERY PLAN']).join('\n')).toMatch(
    /Index Cond: .*handle >= 'a'.*handle < 'b'/,
  );
});

test.each([
  ['prefix: ""', 'prefix must have 1 to 50 characters.'],
  ['prefix: " @ "', 'prefix must have 1 to 50 characters.'],
  [`prefix: "${'x'.repeat(51)}"`, 'prefix must have 1 to 50 characters.'],
  ['prefix: "a", first: 0', 'first must be from 1 to 50.'],
  ['prefix: "a", first: 51', 'first must be from 1 to 50.'],
])('suggestPages(%s) is refused with a reason', async (args, message) => {
  const { ask } = await tenantWith();
  const { errors, messages } = await ask(`{ suggestPages(${args}) { id } }`);
  expect(errors).toEqual(['suggestPages: BAD_USER_INPUT']);
  expect(messages).toEqual([message]);
});

test('pages are found by reference, and need mentions.read', async () => {
  const { ask, as, tenantId } = await tenantWith('@ann');
  const [page] = (await ask('{ suggestPages(prefix: "ann") { id } }')).data.suggestPages;
  const entity = 'query ($it: [_Any!]!) { _entities(representations: $it) { ... on Page { handle } } }';
  const it = [{ __typename: 'Page', id: page.id }];
  expect((await ask(entity, { it })).data._entities).toEqual([{ handle: 'ann' }]);
  expect((await as()(entity, { it })).data._entities).toEqual([null]);
  const none = as({ tenantId, permissions: ['trackers.read'] });
  expect((await none(SUGGEST, { prefix: 'a' })).errors).toEqual(['suggestPages: FORBIDDEN']);
  expect((await as({ anonymous: true })(SUGGEST, { prefix: 'a' })).errors).toEqual([
    'suggestPages: UNAUTHENTICATED',
  ]);
});

test('a request cannot write posts or pages, whatever it does', async () => {
  const { database, tenantId } = await tenantWith();
  for (const table of ['post', 'post_term', 'page']) {
    const writing = database.statements(tenantId).execute(sql.raw(`delete from ${table}`));
    await expect(writing).rejects.toMatchObject({ cause: { code: '42501' } });
  }
});
