import { decodeTwitterText, twitterEntities } from '../matching/twitter.ts';
import { isTwitterHandle } from '../matching/terms.ts';
import { csvRecords } from './csv-records.ts';
import { headerOf, withHeader, type Row } from './csv-header.ts';
import { parseSpacedTime } from './datetime.ts';
import { withinLimits } from './limits.ts';
import { lines } from './lines.ts';
import type { Bytes, Format, ItemContent, SourceItem } from './source.ts';

const COLUMNS = ['tweet_id', 'name', 'text', 'tweet_created'];
const STARTS_RECORD = /^[^,\s"]{1,40},(?:negative|neutral|positive),/;
const DAMAGED_ID = /^\d+(?:[.,]\d+)?E\+?\d+$/i;
/** Damage in one of the first rows means that a spreadsheet wrote the file, and that no id in it can be trusted. */
const ROWS_THAT_TELL = 20;
const DAMAGED =
  'tweet_id was damaged by a spreadsheet (it reads like 5.70306E+17): the last digits are lost, so posts cannot be told apart.';

/** The public data set of tweets to airlines, as CSV. */
export const airlineCsv: Format = {
  name: 'airline-csv',
  title: 'a CSV of tweets (tweet_id, name, text, tweet_created)',
  unit: 'line',
  detects: (beginning) => COLUMNS.every((column) => headerOf(beginning).includes(column)),
  read: readTweets,
};

async function* readTweets(bytes: Bytes): AsyncGenerator<SourceItem> {
  const { columns, rest } = await withHeader(lines(bytes), COLUMNS);
  let rows = 0;
  let damaged = false;
  for await (const record of csvRecords(rest, columns.length, STARTS_RECORD)) {
    if ('refused' in record) {
      yield record;
      continue;
    }
    const row = columns.row(record.fields);
    rows += 1;
    const damagedId = DAMAGED_ID.test(row('tweet_id'));
    damaged ||= damagedId && rows <= ROWS_THAT_TELL;
    yield { line: record.line, ...(damaged || damagedId ? { refused: DAMAGED } : tweet(row)) };
  }
}

/** Ids have more digits than a JavaScript number holds; they are only ever text here. */
function tweet(row: Row): ItemContent {
  const id = row('tweet_id');
  if (!/^[1-9]\d{0,19}$/.test(id)) return { refused: 'tweet_id is not a whole number of up to 20 digits.' };
  const author = row('name');
  if (author.trim() === '' || author.length > 100)
    return { refused: 'name is empty or longer than 100 characters.' };
  const publishedAt = parseSpacedTime(row('tweet_created'));
  if (publishedAt === undefined) {
    return { refused: 'tweet_created is not a time with an offset, such as 2015-02-24 11:35:52 -0800.' };
  }
  const text = decodeTwitterText(row('text'));
  return withinLimits({
    source: 'twitter',
    externalId: id,
    authorHandle: author,
    authorName: null,
    text,
    lang: null,
    url: `https://twitter.com/${isTwitterHandle(author) ? author : 'i'}/status/${id}`,
    replyTo: null,
    ...twitterEntities(text),
    publishedAt,
    rev: null,
  });
}
