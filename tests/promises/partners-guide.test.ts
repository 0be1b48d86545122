import { execFile } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { expect, onTestFinished, test, vi } from 'vitest';
import { freshTenant, sharedSystem } from '../harness/client.ts';

const run = promisify(execFile);
const PAGE = readFileSync(join(import.meta.dirname, '../../docs/partners.md'), 'utf8');
const DAY_MS = 86_400_000;

/** A command of the page with what the page says it prints. */
interface Step {
  command: string;
  shown: string | undefined;
}

/** Every block of shell commands; a block of JSON behind one is what it prints. */
function steps(page: string): Step[] {
  const blocks = [...page.matchAll(/^```(sh|json|text)\n([\s\S]*?)^```$/gm)];
  return blocks.flatMap(([, kind, text = ''], index) => {
    const [, next, shown] = blocks[index + 1] ?? [];
    return kind === 'sh' ? [{ command: text, shown: next === 'json' ? shown : undefined }] : [];
  });
}

/** What differs from run to run. */
const VARYING = new Set(['id', 'key', 'endCursor', 'publishedAt', 'day']);

const normalised = (json: string): unknown =>
  JSON.parse(json, (name, value: unknown) =>
    VARYING.has(name) && typeof value === 'string' ? '...' : value,
  ) as unknown;

const POSTS = [
  { id: 1, name: 'nora', text: '@AcmeAirways thank you for the window seat', daysAgo: 1, at: '12:02:00' },
  { id: 2, name: 'kofi', text: 'Three hours late again #delayed', daysAgo: 1, at: '12:01:00' },
  { id: 3, name: 'ines', text: 'Boarding with @AcmeAirways #flyacme', daysAgo: 2, at: '12:00:00' },
];

/** A tenant that listens as the page says, with its posts counted, and the token of its owner. */
async function tenantOfThePage() {
  const system = await sharedSystem();
  const { tenant, member, end } = await freshTenant(system);
  onTestFinished(end);
  const owner = await member('owner', { mfa: true });
  for (const input of [
    { name: 'Acme Airways', handles: ['acmeairways'], hashtags: ['flyacme'] },
    { name: 'Delays and luggage', handles: [], hashtags: ['delayed'] },
  ])
    await owner.ask(
      'mutation ($input: CreateTrackerInput!) { createTracker(input: $input) { __typename } }',
      {
        input,
      },
    );
  await importPosts(tenant.slug, system.urls);
  await vi.waitFor(
    async () => {
      const { body } = await owner.ask(
        '{ mentionVolume { count } suggestPages(prefix: "acme") { mentions } }',
      );
      const counted = body.data.mentionVolume.map(({ count }: { count: number }) => count);
      expect([counted, body.data.suggestPages]).toEqual([[1, 2], [{ mentions: 2 }]]);
    },
    { timeout: 30_000, interval: 100 },
  );
  return { system, token: owner.token };
}

async function importPosts(slug: string, urls: Awaited<ReturnType<typeof sharedSystem>>['urls']) {
  const folder = temporaryFolder();
  const file = join(folder, 'posts.csv');
  const rows = POSTS.map(({ id, name, text, daysAgo, at }) => {
    const day = new Date(Date.now() - daysAgo * DAY_MS).toISOString().slice(0, 10);
    return `${id},${name},${text},${day} ${at} +0000`;
  });
  writeFileSync(file, ['tweet_id,name,text,tweet_created', ...rows].join('\n'));
  await run(process.execPath, ['scripts/import.ts', file, '--tenant', slug], {
    env: {
      ...process.env,
      MENTIONS_WORKER_DATABASE_URL: urls.mentions.worker,
      EVENTS_DATABASE_URL: urls.events.app,
      ACCOUNTS_WORKER_DATABASE_URL: urls.accounts.worker,
    },
  });
}

function temporaryFolder(): string {
  const folder = mkdtempSync(join(tmpdir(), 'chorus-guide-'));
  onTestFinished(() => rmSync(folder, { recursive: true }));
  return folder;
}

const MARK = '\u001E';

/** Runs the commands in one shell, as a reader does; `npm run demo:token` gives the owner's token. */
async function printed(commands: readonly string[], origin: string, token: string): Promise<string[]> {
  const folder = temporaryFolder();
  const npm = `#!/bin/sh\n[ "$*" = "run --silent demo:token -- owner@acme.test" ] && echo '${token}'\n`;
  writeFileSync(join(folder, 'npm'), npm, { mode: 0o755 });
  const script = commands.map(
    (command) => `${command.replace('http://127.0.0.1:4000', origin)}\nprintf '${MARK}'`,
  );
  const { stdout } = await run('bash', ['-eu', '-c', script.join('\n')], {
    cwd: folder,
    env: { PATH: `${folder}:${process.env['PATH']}` },
    timeout: 60_000,
  });
  return stdout.split(MARK).slice(0, -1);
}

test('every command of the page for partners prints what the page shows', { timeout: 120_000 }, async () => {
  const { system, token } = await tenantOfThePage();
  const all = steps(PAGE);
  expect(all.filter(({ shown }) => shown !== undefined).length).toBeGreaterThan(6);
  const { origin } = new URL(system.gatewayUrl);
  const outputs = await printed(
    all.map(({ command }) => command),
    origin,
    token,
  );
  for (const [index, { command, shown }] of all.entries()) {
    const output = outputs[index] ?? '';
    const [got, wanted] = shown === undefined ? [output, ''] : [normalised(output), normalised(shown)];
    expect([command, got]).toEqual([command, wanted]);
  }
});
