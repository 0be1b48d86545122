import { existsSync, readdirSync } from 'node:fs';
import { expect, onTestFinished, test } from 'vitest';
import { newPlace, start } from '../harness/installation.ts';

const external = (url: string) =>
  Object.fromEntries(
    ['ACCOUNTS', 'MENTIONS', 'REPORTING', 'BILLING', 'EVENTS'].map((name) => [`${name}_DATABASE_URL`, url]),
  );

test.each([
  ['PORT', { PORT: 'four' }, /^PORT must be a whole number from 1 to 65000, not "four"\.$/, 78],
  ['HOST', { HOST: '0.0.0.0' }, /^HOST=0\.0\.0\.0 would offer the demo .*--demo-public\.$/, 78],
  [
    'a missing database',
    { MENTIONS_DATABASE_URL: 'postgres://a:b@127.0.0.1/c' },
    /^ACCOUNTS_DATABASE_URL, REPORTING_DATABASE_URL, BILLING_DATABASE_URL, EVENTS_DATABASE_URL is missing: .*$/,
    78,
  ],
  [
    'a database address',
    external('localhost:5432'),
    /^ACCOUNTS_DATABASE_URL must look like postgres:\/\/.*$/,
    78,
  ],
  [
    'an unreachable database',
    external('postgres://owner:secret@127.0.0.1:1/chorus'),
    /^ACCOUNTS_DATABASE_URL: the database at 127\.0\.0\.1:1 refuses connections\.$/m,
    1,
  ],
])('%s is one sentence that names the variable', async (_, env, sentence, code) => {
  const place = await newPlace();
  onTestFinished(() => place.remove());
  const refused = start(place, env);
  expect(await refused.exit).toBe(code);
  expect(refused.output().trim()).toMatch(sentence);
  expect(refused.output()).not.toContain('secret');
  const left = existsSync(place.dataDir) ? readdirSync(place.dataDir) : [];
  expect(left.filter((name) => name.startsWith('pg'))).toEqual([]);
});

test('an unknown argument is one sentence', async () => {
  const place = await newPlace();
  onTestFinished(() => place.remove());
  const refused = start(place, {}, ['--loud']);
  expect(await refused.exit).toBe(78);
  expect(refused.output().trim()).toBe('--loud is unknown; npm start knows --demo-public.');
});
