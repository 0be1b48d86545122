import { gzipSync } from 'node:zlib';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
import { airlineCsv } from './airline-csv.ts';
import { blueskyCsv } from './bluesky-csv.ts';
import { blueskySearch } from './bluesky-search.ts';
import { fileBytes } from './bytes.ts';
import { collected } from './example-bytes.ts';
import { formatOf } from './formats.ts';
import { jetstream } from './jetstream.ts';
import { lines } from './lines.ts';

test('the form of a file is told by what stands in it', () => {
  expect(formatOf(`\uFEFFtweet_id,name,text,tweet_created\n1,2`)).toBe(airlineCsv);
  expect(formatOf('uri,author,createdAt,indexedAt,text,likeCount\r\n')).toBe(blueskyCsv);
  expect(formatOf(`broken\n{"did":"did:plc:x","time_us":1,"kind":"commit"}\n`)).toBe(jetstream);
  expect(formatOf('{\n  "posts": [\n')).toBe(blueskySearch);
  expect(formatOf('{"cursor":"25","posts":[')).toBe(blueskySearch);
  expect(formatOf('id,text\n1,x')).toBeUndefined();
  expect(formatOf('')).toBeUndefined();
});

test('gzip is unpacked, and a file cut off is one sentence', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'chorus-source-'));
  onTestFinished(() => rmSync(folder, { recursive: true }));
  const text = Array.from({ length: 5_000 }, (_, index) => `line ${index * index}`).join('\n');
  const packed = gzipSync(text);
  const write = (name: string, bytes: Buffer | string) => {
    writeFileSync(join(folder, name), bytes);
    return join(folder, name);
  };
  expect(await collected(lines(fileBytes(write('whole', packed))))).toHaveLength(5_000);
  expect(await collected(lines(fileBytes(write('plain', text))))).toHaveLength(5_000);
  expect(await collected(lines(fileBytes(write('empty', ''))))).toEqual([]);
  const cut = collected(lines(fileBytes(write('cut', packed.subarray(0, packed.length / 2)))));
  await expect(cut).rejects.toThrow('The compressed file is damaged or ends too early.');
});
