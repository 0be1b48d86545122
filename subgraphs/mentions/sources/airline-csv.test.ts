import { expect, test } from 'vitest';
import { airlineCsv } from './airline-csv.ts';
import { collected, itemsOf } from './example-bytes.ts';
import type { SourceItem } from './source.ts';

/** What became of each item: the post's text, or the reason. */
const outcomes = (items: SourceItem[]) =>
  items.map((item) => [item.line, 'post' in item ? item.post.text : 'refused' in item ? item.refused : item]);

const HEADER = 'tweet_id,airline_sentiment,name,text,tweet_created';
const CREATED = '2015-02-24 11:35:52 -0800';
const tweet = (id: string, text: string) => `${id},neutral,someone,${text},${CREATED}`;
const NOT_CSV = 'The row is not valid CSV, or has more or fewer fields than the header.';

test('a tweet keeps its id to the last digit, its time zone and its decoded text', async () => {
  const [item] = await itemsOf(
    airlineCsv,
    `${HEADER}\r\n${tweet('570306133677760513', '@united &amp; #Fun')}\r\n`,
  );
  expect(item).toMatchObject({
    line: 2,
    post: {
      externalId: '570306133677760513',
      text: '@united & #Fun',
      handles: ['united'],
      hashtags: ['fun'],
      publishedAt: new Date('2015-02-24T19:35:52Z'),
    },
  });
});

test('line breaks, quotes and commas inside a quoted field belong to it', async () => {
  const file = [HEADER, tweet('1', '"one\ntwo, ""three"""'), tweet('2', 'four')].join('\n');
  expect(outcomes(await itemsOf(airlineCsv, file))).toEqual([
    [2, 'one\ntwo, "three"'],
    [4, 'four'],
  ]);
});

test.each([
  ['a quote that is never closed', tweet('2', '"two')],
  ['a quote in the middle', tweet('2', '"two" and')],
  ['a field too many', `${tweet('2', 'two')},more`],
  ['a field too few', '2,neutral,someone'],
  ['something else', '%%%'],
  ['an open quote over several lines', tweet('2', '"two\nand\nmore')],
])('a row broken by %s costs only itself', async (_, broken) => {
  const rows = [tweet('1', 'one'), broken, tweet('3', '"thr""ee"'), tweet('4', 'four')];
  const items = outcomes(await itemsOf(airlineCsv, [HEADER, ...rows].join('\n')));
  expect(items.map(([, outcome]) => outcome)).toEqual(['one', NOT_CSV, 'thr"ee', 'four']);
  expect(items[1]?.[0]).toBe(3);
});

test('an open quote in the last row costs only that row', async () => {
  const file = [HEADER, tweet('1', 'one'), tweet('2', '"two')].join('\n');
  expect(outcomes(await itemsOf(airlineCsv, file))).toEqual([
    [2, 'one'],
    [3, NOT_CSV],
  ]);
});

test('a row that is not UTF-8 or too long costs only itself', async () => {
  const rows = [tweet('1', 'one'), tweet('2', 'XX'), tweet('3', 'x'.repeat(1024 * 1024)), tweet('4', 'four')];
  const file = Buffer.from([HEADER, ...rows].join('\n'));
  file.fill(0xff, file.indexOf('XX'), file.indexOf('XX') + 2);
  const read = await collected(
    airlineCsv.read(
      (async function* () {
        yield await Promise.resolve(file);
      })(),
    ),
  );
  expect(outcomes(read)).toEqual([
    [2, 'one'],
    [3, 'The line is not UTF-8 text.'],
    [4, 'The line is longer than 1 MiB.'],
    [5, 'four'],
  ]);
});

test.each([
  ['12a', 'tweet_id is not a whole number of up to 20 digits.'],
  ['123456789012345678901', 'tweet_id is not a whole number of up to 20 digits.'],
])('the id %s is refused', async (id, reason) => {
  expect(outcomes(await itemsOf(airlineCsv, `${HEADER}\n${tweet(id, 'x')}`))).toEqual([[2, reason]]);
});

test('times without an offset and texts beyond the limit are refused', async () => {
  const rows = [
    `1,neutral,someone,x,2015-02-24 11:35:52`,
    tweet('2', 'x'.repeat(25_001)),
    `3,neutral,,x,${CREATED}`,
  ];
  const items = outcomes(await itemsOf(airlineCsv, [HEADER, ...rows].join('\n')));
  expect(items.map(([, reason]) => reason)).toEqual([
    'tweet_created is not a time with an offset, such as 2015-02-24 11:35:52 -0800.',
    'The text is longer than 25,000 characters.',
    'name is empty or longer than 100 characters.',
  ]);
});

test('one damaged id at the beginning condemns the file, one far down only its row', async () => {
  const sound = Array.from({ length: 30 }, (_, index) => tweet(`${index + 1}`, 'x'));
  const early = await itemsOf(airlineCsv, [HEADER, tweet('5.70306E+17', 'x'), ...sound].join('\n'));
  expect(early.every((item) => 'refused' in item && item.refused.includes('damaged by a spreadsheet'))).toBe(
    true,
  );
  const late = await itemsOf(airlineCsv, [HEADER, ...sound, tweet('5.70306E+17', 'x')].join('\n'));
  expect(late.filter((item) => 'refused' in item).map(({ line }) => line)).toEqual([32]);
});
