import { readFileSync } from 'node:fs';
import { hasRealData, realData } from '@chorus/tests/harness/data.ts';
import { expect, test } from 'vitest';
import { blueskyEntities, blueskyMatches } from './bluesky.ts';
import { isDomainHandle, normalHandle, normalHashtag } from './terms.ts';
import { decodeTwitterText, twitterEntities, twitterMatches } from './twitter.ts';

const linesOf = (file: string): string[] => readFileSync(realData(file), 'utf8').split('\n');

interface EntityCase {
  platform: 'twitter' | 'bluesky';
  text: string;
  expected: { mentions: { handle: string }[]; hashtags: { tag: string }[] };
}

test.skipIf(!hasRealData)('all 212 real texts give the entities that the platforms themselves find', () => {
  const cases: EntityCase[] = linesOf('text/entity-cases.jsonl')
    .filter((line) => line !== '')
    .map((line) => JSON.parse(line));
  expect(cases).toHaveLength(212);
  const found = cases.map(({ platform, text }) =>
    (platform === 'twitter' ? twitterMatches : blueskyMatches)(text),
  );
  expect(found).toEqual(
    cases.map(({ expected }) => ({
      mentions: expected.mentions.map(({ handle }) => handle),
      hashtags: expected.hashtags.map(({ tag }) => tag),
    })),
  );
});

/** The cases of one section whose text and answer are on one line each, in a notation that JSON shares. */
function conformanceCases(section: string): { text: string; expected: string[] }[] {
  const file = readFileSync(realData('text/twitter-text-extract.yml'), 'utf8');
  const [, body = ''] = new RegExp(`^  ${section}:\\n([^]*?)(?=^  \\w+:|(?![^]))`, 'm').exec(file) ?? [];
  return [...body.matchAll(/text: (".*")\n\s+expected: (\[.*\])/g)].map(([, text = '', expected = '']) => ({
    text: JSON.parse(withoutLongEscapes(text)),
    expected: JSON.parse(withoutLongEscapes(expected)),
  }));
}

const withoutLongEscapes = (text: string): string =>
  text.replaceAll(/\\U([0-9a-fA-F]{8})/g, (_, hex: string) => String.fromCodePoint(Number.parseInt(hex, 16)));

test.skipIf(!hasRealData).each([
  ['mentions', 'mentions', 22],
  ['hashtags', 'hashtags', 59],
  ['hashtags_from_astral', 'hashtags', 3],
] as const)('the conformance cases of Twitter for %s hold', (section, kind, atLeast) => {
  const cases = conformanceCases(section);
  expect(cases.length).toBeGreaterThanOrEqual(atLeast);
  expect(cases.map(({ text }) => twitterMatches(text)[kind])).toEqual(cases.map(({ expected }) => expected));
});

test.skipIf(!hasRealData).each([
  ['valid', true, 60],
  ['invalid', false, 40],
] as const)('Bluesky handles are %s where the protocol says so', (name, expected, atLeast) => {
  const handles = linesOf(`text/handle_syntax_${name}.txt`).filter(
    (line) => line !== '' && !line.startsWith('#'),
  );
  expect(handles.length).toBeGreaterThanOrEqual(atLeast);
  expect(handles.filter((handle) => isDomainHandle(handle) !== expected)).toEqual([]);
});

test('tweets are decoded once', () => {
  expect(decodeTwitterText('a &amp; b &lt;3 &quot;q&quot; &#39; &amp;lt; &copy;')).toBe(
    `a & b <3 "q" ' &lt; &copy;`,
  );
});

test('handles and hashtags are the same in every way of writing them', () => {
  expect(normalHandle('@United')).toBe('united');
  expect(normalHashtag('＃Ｆｕｎ')).toBe('fun');
  expect(twitterEntities('@United @UNITED #Fun ＃ｆｕｎ')).toEqual({
    handles: ['united'],
    hashtags: ['fun'],
  });
});

const MENTION = 'app.bsky.richtext.facet#mention';
const facet = (byteStart: unknown, byteEnd: unknown, ...features: object[]) => ({
  index: { byteStart, byteEnd },
  features,
});

test('facets are sliced in bytes, and tags nobody sees in the text count too', () => {
  const text = '✨ goods from @dango.example 💖';
  const start = Buffer.byteLength('✨ goods from ');
  const facets = [
    facet(start, start + '@dango.example'.length, { $type: MENTION, did: 'did:plc:x' }),
    facet(0, 3, { $type: 'app.bsky.richtext.facet#tag', tag: 'Shiny' }),
  ];
  expect(blueskyEntities(text, { facets, tags: ['Hidden'] })).toEqual({
    handles: ['dango.example'],
    hashtags: ['shiny', 'hidden'],
  });
});

test.each([
  ['beyond the end', facet(0, 99, { $type: MENTION })],
  ['reversed', facet(4, 1, { $type: MENTION })],
  ['negative', facet(-3, 2, { $type: MENTION })],
  ['half a character', facet(1, 3, { $type: MENTION })],
  ['no numbers', facet('0', null, { $type: MENTION })],
  ['words that are no handle', facet(0, 3, { $type: MENTION })],
  ['an unknown feature', facet(0, 3, { $type: 'x' }, { tag: 1 })],
  ['a tag that is none', facet(0, 3, { $type: 'app.bsky.richtext.facet#tag', tag: 'a b' })],
  ['nothing at all', null],
  ['features that are none', { index: {}, features: 'x' }],
])('a facet with %s costs only itself', (_, broken) => {
  expect(blueskyEntities('✨ and #fun', { facets: [broken] })).toEqual({ handles: [], hashtags: ['fun'] });
});

test('no text takes longer to read than its length explains', () => {
  const shapes = ['#', '#1', 'a-', 'a.', '@a', ' @a-.', ' #.', 'http://', 'rt', '＃', 'a.b/', '#a', ' #a'];
  const started = performance.now();
  for (const shape of shapes) {
    const text = shape.repeat(25_000 / shape.length);
    twitterMatches(text);
    blueskyMatches(text);
    twitterMatches(`#${text}#`);
  }
  expect(performance.now() - started).toBeLessThan(2_000);
});
