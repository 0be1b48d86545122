import { randomBytes } from 'node:crypto';
import { mkdtempSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { DatabaseUrls } from '@chorus/db/databases.ts';
import { withConnection } from '@chorus/db/one-connection.ts';
import { DEMO_TENANTS } from '@chorus/shared/demo.ts';
import { clonedDatabases } from '@chorus/tests/harness/databases.ts';
import { expect, onTestFinished, test } from 'vitest';
import { demoSecrets } from './secrets.ts';
import { seedDemo } from './seed-demo.ts';

function keysFolder() {
  const folder = mkdtempSync(join(tmpdir(), 'chorus-seed-'));
  onTestFinished(() => rmSync(folder, { recursive: true }));
  return folder;
}

/** Every table of a database with its number of rows, to see that nothing was added. */
const rowCounts = (url: string) =>
  withConnection(url, async (sql) => {
    const tables = await sql<{ name: string }[]>`
      select relname as name from pg_class c join pg_namespace n on n.oid = relnamespace
      where nspname = 'public' and relkind in ('r', 'p') and not relispartition order by relname`;
    const counts = tables.map(async ({ name }) => {
      const [row] = await sql`select count(*)::int as rows from ${sql(name)}`;
      return [name, row?.['rows']] as const;
    });
    return Object.fromEntries(await Promise.all(counts));
  });

const seededRows = async (urls: DatabaseUrls) => ({
  accounts: await rowCounts(urls.accounts.owner),
  mentions: await rowCounts(urls.mentions.owner),
  billing: await rowCounts(urls.billing.owner),
});

test('the demo is seeded once, and every start answers the same credentials', async () => {
  const urls = await clonedDatabases(`seed_${randomBytes(3).toString('hex')}`);
  const keysDir = keysFolder();
  const lines: string[] = [];
  const seed = () => seedDemo({ urls, keysDir, env: {}, onProgress: (line) => lines.push(line) });

  const first = await seed();
  const rows = await seededRows(urls);
  const second = await seed();

  expect(second).toEqual(first);
  expect(await seededRows(urls)).toEqual(rows);
  expect(rows.billing).toMatchObject({ subscription: 3 });
  expect(lines).toContain('posts and trackers');
  expect(first.users).toContainEqual({ email: 'owner@acme.test', tenant: 'acme', role: 'owner' });
  expect(first.users).toHaveLength(17);
  expect(first.apiKeys.map(({ tenant }) => tenant)).toEqual(DEMO_TENANTS.map(({ slug }) => slug));
});

test('password and TOTP secret are random, readable and kept for their owner only', async () => {
  const keysDir = keysFolder();
  const secrets = await demoSecrets(keysDir);
  expect(secrets.password).toMatch(/^([a-z]{6}-){3}[a-z]{6}$/);
  expect(secrets.totpSecret).toMatch(/^[A-Z2-7]{32}$/);
  expect(statSync(join(keysDir, 'demo.json')).mode & 0o777).toBe(0o600);
  expect(await demoSecrets(keysDir)).toEqual(secrets);
  expect(await demoSecrets(keysFolder())).not.toEqual(secrets);
});

test.each(['', '{', '{}'])('a damaged file (%j) is one sentence', async (text) => {
  const keysDir = keysFolder();
  writeFileSync(join(keysDir, 'demo.json'), text);
  await expect(demoSecrets(keysDir)).rejects.toThrow(/demo\.json is damaged: remove it/);
});
