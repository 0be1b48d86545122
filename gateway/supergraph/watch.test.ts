import {
  appendFileSync,
  mkdirSync,
  readFileSync,
  renameSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { dirname, join } from 'node:path';
import { expect, onTestFinished, test, vi } from 'vitest';
import { temporaryFile } from '../testing.ts';
import { fileState, watchFile } from './watch.ts';

/** Watches, and keeps what was read at each call. */
async function watched(file: string) {
  const seen: string[] = [];
  const read = async () =>
    void seen.push((await fileState(file)) === 'absent' ? 'absent' : readFileSync(file, 'utf8'));
  onTestFinished(watchFile(file, await fileState(file), read));
  const settledAt = async (text: string) => {
    await vi.waitFor(() => expect(seen.at(-1)).toBe(text), { timeout: 5000 });
    return seen.length;
  };
  return settledAt;
}

test('writing in place, replacing by renaming, removing and writing again are all seen', async () => {
  const file = temporaryFile('a.graphql', 'one');
  const settledAt = await watched(file);
  writeFileSync(file, 'two');
  expect(await settledAt('two')).toBe(1);
  writeFileSync(`${file}.new`, 'three');
  renameSync(`${file}.new`, file);
  expect(await settledAt('three')).toBe(2);
  rmSync(file);
  expect(await settledAt('absent')).toBe(3);
  writeFileSync(file, 'four');
  expect(await settledAt('four')).toBe(4);
});

test('a file that is a link is seen to change when the folder behind it is swapped', async () => {
  const folder = dirname(temporaryFile('x', ''));
  for (const version of ['1', '2']) {
    mkdirSync(join(folder, version));
    writeFileSync(join(folder, version, 'a.graphql'), version);
  }
  symlinkSync('1', join(folder, 'now'));
  symlinkSync('now/a.graphql', join(folder, 'a.graphql'));
  const settledAt = await watched(join(folder, 'a.graphql'));
  symlinkSync('2', join(folder, 'next'));
  renameSync(join(folder, 'next'), join(folder, 'now'));
  expect(await settledAt('2')).toBe(1);
});

test('a file written in pieces is read when it is whole, and other files in its folder are nothing to it', async () => {
  const file = temporaryFile('a.graphql', 'start');
  const settledAt = await watched(file);
  writeFileSync(join(dirname(file), 'other'), 'x');
  for (let piece = 0; piece < 30; piece += 1) {
    appendFileSync(file, '.');
    await new Promise((resolve) => setImmediate(resolve));
  }
  expect(await settledAt(`start${'.'.repeat(30)}`)).toBe(1);
});
