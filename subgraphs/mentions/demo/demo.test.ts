import { sql } from 'drizzle-orm';
import { Database } from '@chorus/db/database.ts';
import { DEMO_PEOPLE, DEMO_TENANTS } from '@chorus/shared/demo.ts';
import { clonedDatabases } from '@chorus/tests/harness/databases.ts';
import { expect, onTestFinished, test } from 'vitest';
import { seedMentions } from '../demo.ts';
import { demoPosts } from './generate-posts.ts';
import { SCENES } from './scenes.ts';

const all = async (database: Database, text: string) => [
  ...(await database.statements(null).execute<Record<string, unknown>>(sql.raw(text))),
];

const CONTENT = `select
  (select json_agg(post order by tenant_id, id) from post) as posts,
  (select json_agg(mention order by tenant_id, id) from mention) as mentions,
  (select count(*)::int from outbox) as events`;

test('the demo has about 5,000 posts in 90 days, mentions in every state, and seeding it again changes nothing', async () => {
  const { mentions } = await clonedDatabases('demo');
  const database = new Database(mentions.worker, { max: 2, statementMs: 60_000 });
  onTestFinished(() => database.end());
  const lines: string[] = [];

  await seedMentions(database, (line) => lines.push(line));
  const before = await all(database, CONTENT);
  await seedMentions(database, (line) => lines.push(line));

  expect(await all(database, CONTENT)).toEqual(before);
  expect(lines).toHaveLength(3);
  const [counts] = await all(
    database,
    `select count(*)::int as posts, count(deleted_at)::int as deleted, count(distinct lang)::int as languages,
      extract(day from max(published_at) - min(published_at))::int as days from post`,
  );
  expect(counts).toEqual({ posts: 5_100, deleted: expect.any(Number), languages: 6, days: 89 });
  expect(counts?.['deleted']).toBeGreaterThan(40);
  const states = await all(
    database,
    `select distinct tenant_id as tenant, status from mention order by tenant_id, status`,
  );
  expect(states).toHaveLength(DEMO_TENANTS.length * 4);
  const assignees = await all(
    database,
    'select distinct assignee_id as id from mention where assignee_id is not null',
  );
  const members = new Set(
    DEMO_PEOPLE.flatMap(({ memberships }) => memberships.map(({ memberId }) => memberId)),
  );
  expect(assignees.every(({ id }) => members.has(String(id)))).toBe(true);
});

test('the demo is the same in every installation but for the day it starts from', () => {
  const [scene] = SCENES;
  if (scene === undefined) throw new Error('no scene');
  const [today, later] = [new Date('2026-05-04T10:00:00Z'), new Date('2026-05-06T10:00:00Z')];
  expect(demoPosts(scene, today)).toEqual(demoPosts(scene, today));
  const words = (now: Date) => demoPosts(scene, now).map(({ text, authorHandle }) => [text, authorHandle]);
  expect(words(later)).toEqual(words(today));
  expect(demoPosts(scene, today).every(({ publishedAt }) => publishedAt <= today)).toBe(true);
});
