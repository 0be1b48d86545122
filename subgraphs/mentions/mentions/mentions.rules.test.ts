import fc from 'fast-check';
import { abilityOf, fieldAllowed, packedRulesOf, rowAllowed } from '@chorus/shared/ability.ts';
import { newId } from '@chorus/shared/id.ts';
import { grantOf, POOLS } from '@chorus/tests/harness/row-rules.ts';
import { inProcess } from '@chorus/tests/harness/subgraph.ts';
import { expect, test } from 'vitest';
import { features } from '../features.ts';
import { post, type PostSource } from '../posts/posts.table.ts';
import { testServices } from '../testing.ts';
import { mention, mentionTracker, type MentionStatus } from './mentions.table.ts';

const seed = Number(process.env['CHORUS_TEST_SEED'] ?? Date.now() % 2 ** 31);
const anyOf = (kind: 'id' | 'text' | 'time') => fc.constantFrom(...POOLS[kind].map(String));

const stored = fc.record({
  trackerIds: fc.subarray(POOLS.id.map(String)),
  assigneeId: fc.option(anyOf('id')),
  status: anyOf('text'),
  tags: fc.subarray(POOLS.text.map(String)),
  source: anyOf('text'),
  lang: fc.option(anyOf('text')),
  authorHandle: anyOf('text'),
  publishedAt: anyOf('time').map((moment) => new Date(moment)),
});

/** Forty mentions, newest first, with values that rules like to speak of; some have ids that they speak of. */
async function storedMentions() {
  const subgraph = await inProcess('mentions', features, testServices);
  const tenantId = newId();
  const rows = fc
    .sample(stored, { numRuns: 40, seed })
    .map((row, index) => ({ ...row, tenantId, id: String(POOLS.id[index] ?? newId()) }))
    .toSorted((left, right) => (left.id < right.id ? 1 : -1));
  const db = subgraph.worker.statements(tenantId);
  const posts = rows.map((row) => ({
    ...row,
    externalId: row.id,
    text: 'x',
    source: row.source as PostSource,
  }));
  await db.insert(post).values(posts);
  await db.insert(mention).values(rows.map((row) => ({ ...row, status: row.status as MentionStatus })));
  const links = rows.flatMap(({ id: mentionId, trackerIds }) =>
    trackerIds.map((trackerId) => ({ tenantId, trackerId, mentionId })),
  );
  await db.insert(mentionTracker).values(links);
  return { ...subgraph, tenantId, rows };
}

const FEED = `query ($it: [_Any!]!) {
  mentions(first: 100) { nodes { id author } totalCount }
  _entities(representations: $it) { ... on Mention { id } }
}`;

test(`whatever the rules, feed, count, references and fields are what they allow of each mention (100 cases, seed ${seed})`, async () => {
  const { as, tenantId, rows } = await storedMentions();
  const it = rows.map(({ id }) => ({ __typename: 'Mention', id }));
  const seen = new Set<number>();
  const property = fc.asyncProperty(
    fc.array(grantOf('mentions.read'), { minLength: 1, maxLength: 4 }),
    async (grants) => {
      const ability = abilityOf(packedRulesOf(tenantId, grants, {}));
      const allowed = rows.filter((row) => rowAllowed(ability, 'mentions.read', row));
      const author = (row: (typeof rows)[number]) =>
        fieldAllowed(ability, 'mentions.read', row, 'authorHandle') ? row.authorHandle : null;
      const { data } = await as({ tenantId, grants })(FEED, { it });
      expect(data.mentions?.nodes ?? []).toEqual(allowed.map((row) => ({ id: row.id, author: author(row) })));
      expect(data.mentions?.totalCount ?? 0).toBe(allowed.length);
      expect(data._entities).toEqual(rows.map((row) => (allowed.includes(row) ? { id: row.id } : null)));
      seen.add(allowed.length);
    },
  );
  await fc.assert(property, { numRuns: 100, seed });
  expect(seen.size).toBeGreaterThan(5);
});
