import { execFile } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { postgresEventBus } from '@chorus/shared/event-bus-postgres.ts';
import { newId } from '@chorus/shared/id.ts';
import { workerDatabases } from '@chorus/tests/harness/databases.ts';
import { afterAll, expect, onTestFinished, test } from 'vitest';
import { importArguments } from './arguments.ts';

const FOLDER = mkdtempSync(join(tmpdir(), 'chorus-import-script-'));
afterAll(() => rmSync(FOLDER, { recursive: true, force: true }));

const HEADER = 'tweet_id,airline_sentiment,name,text,tweet_created';
const row = (id: string) => `${id},neutral,someone,hello,2015-02-24 11:35:52 -0800`;

function fileWith(...lines: string[]): string {
  const path = join(FOLDER, newId());
  writeFileSync(path, lines.join('\n'));
  onTestFinished(() => rmSync(path));
  return path;
}

/** The script as a process of its own, as `npm run import` starts it. */
async function run(...args: string[]): Promise<{ code: number; out: string; err: string }> {
  const urls = await workerDatabases();
  const databases = {
    MENTIONS_WORKER_DATABASE_URL: urls.mentions.worker,
    EVENTS_DATABASE_URL: urls.events.app,
  };
  const script = join(import.meta.dirname, '../import.ts');
  return new Promise((resolve) => {
    const child = execFile(process.execPath, [script, ...args], { env: databases }, (_error, out, err) =>
      resolve({ code: child.exitCode ?? -1, out, err: err.trim() }),
    );
  });
}

async function tenant(): Promise<string> {
  const bus = postgresEventBus((await workerDatabases()).events.worker, { max: 1 });
  const slug = `tenant-${newId()}`;
  const body = { slug, active: true };
  await bus.putRecord({ kind: 'accounts', tenantId: newId(), version: 1, body });
  await bus.close();
  return slug;
}

test('the report says what became of every row, and a second import stores nothing', async () => {
  const slug = await tenant();
  const file = fileWith(HEADER, row('1'), row('2'), row('2'), row('x'), 'broken', row('y'));
  const first = await run(file, '--tenant', slug);
  expect(first).toMatchObject({ code: 0, err: '' });
  expect(first.out.replaceAll(/ in [\d.]+ s/g, '').split('\n')).toEqual([
    'Format        airline-csv',
    'Read          6',
    'Stored        2, of which trackers matched 0',
    'Duplicates    1 (stored before, or more than once in the file)',
    'Ignored       0',
    'Refused       3',
    '         2  tweet_id is not a whole number of up to 20 digits. (line 5, 7)',
    '         1  The row is not valid CSV, or has more or fewer fields than the header. (line 6)',
    '',
  ]);
  const second = await run(file, '--tenant', slug, '--format', 'airline-csv');
  expect(second.code).toBe(0);
  expect(second.out).toContain('Stored        0,');
});

test('a file of which nothing is of use fails', async () => {
  const { code, out } = await run(fileWith(HEADER, row('5.70306E+17')), '--tenant', await tenant());
  expect(code).toBe(1);
  expect(out).toContain('damaged by a spreadsheet');
});

test.each([
  ['no file', [], /^Name one file: npm run import -- FILE --tenant NAME/],
  ['two files', ['FILE', 'FILE', '--tenant', 'acme'], /^Name one file: /],
  ['no tenant', ['FILE'], /^Name the tenant/],
  ['an unknown option', ['FILE', '--tenat', 'acme'], /^The command line is npm run import/],
  ['a missing file', ['missing.csv', '--tenant', 'acme'], /^There is no file missing\.csv\.$/],
  ['a folder', [FOLDER, '--tenant', 'acme'], /is not a file\.$/],
  [
    'an unknown format',
    ['FILE', '--tenant', 'acme', '--format', 'xml'],
    /^There is no format "xml"; there are /,
  ],
])('%s is refused in one sentence', (_, args, sentence) => {
  const file = fileWith('hello');
  expect(() => importArguments(args.map((word) => word.replace('FILE', file)))).toThrow(sentence);
});

test('an unknown tenant and a file of no known form are one sentence and exit code 1', async () => {
  const file = fileWith('hello');
  expect(await run(file, '--tenant', 'nobody')).toMatchObject({
    code: 1,
    err: 'There is no tenant "nobody"; npm start makes the tenants of the demo.',
  });
  const unknown = await run(file, '--tenant', await tenant());
  expect(unknown).toMatchObject({
    code: 1,
    err: expect.stringMatching(/^What is in the file is none of: .*$/),
  });
});
