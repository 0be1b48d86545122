import fc from 'fast-check';
import { expect, test } from 'vitest';
import { blueskyEntities } from './bluesky.ts';
import { isDomainHandle, isTwitterHandle } from './terms.ts';
import { twitterEntities } from './twitter.ts';

const seed = Number(process.env['CHORUS_TEST_SEED'] ?? Date.now() % 2 ** 31);
const runs = { numRuns: 50_000, seed, verbose: true };

/** Texts made of what entities are made of, so that most of them nearly hold one. */
const nearlyEntities = fc
  .array(
    fc.oneof(
      fc.constantFrom(
        '@',
        '#',
        '＠',
        '＃',
        ' ',
        '.',
        '/',
        ':',
        '_',
        '-',
        'RT',
        'http',
        '://',
        '\n',
        '\u200b',
        '&amp;',
        '🌊',
        '\uFE0F',
      ),
      fc.string({ unit: 'grapheme', maxLength: 8 }),
      fc.constantFrom('united', 'a.bsky.social', '123', 'ñandú', '日本', 'x'.repeat(25)),
    ),
    { maxLength: 60 },
  )
  .map((parts) => parts.join(''));

test(`whatever the text, what is found in it stands in it and has the form of its platform (seed ${seed})`, () => {
  const sound = (text: string) => {
    const [twitter, bluesky] = [twitterEntities(text), blueskyEntities(text)];
    const forms = [text, text.normalize('NFKC')].map((form) => form.replaceAll('＠', '@').toLowerCase());
    const stands = (found: string) => forms.some((form) => form.includes(found));
    return (
      twitter.handles.every((handle) => isTwitterHandle(handle) && stands(`@${handle}`)) &&
      bluesky.handles.every((handle) => isDomainHandle(handle) && stands(`@${handle}`)) &&
      [...twitter.hashtags, ...bluesky.hashtags].every(stands)
    );
  };
  expect(fc.check(fc.property(nearlyEntities, sound), runs).counterexample).toBeNull();
});

test(`a long text is read within fifty milliseconds, however it is built against us (seed ${seed})`, () => {
  const repeated = fc
    .tuple(nearlyEntities, fc.integer({ min: 1, max: 3_000 }))
    .map(([text, times]) => text.repeat(times).slice(0, 3_000));
  const quick = (text: string) => {
    const start = performance.now();
    twitterEntities(text);
    blueskyEntities(text);
    return performance.now() - start < 50;
  };
  expect(fc.check(fc.property(repeated, quick), { ...runs, numRuns: 5_000 }).counterexample).toBeNull();
});
