import { blueskyPost } from './bluesky-post.ts';
import { headerOf, withHeader } from './csv-header.ts';
import { csvRecords } from './csv-records.ts';
import { parseRfc3339 } from './datetime.ts';
import { lines } from './lines.ts';
import type { Bytes, Format, SourceItem } from './source.ts';

const COLUMNS = ['uri', 'author', 'createdAt', 'indexedAt', 'text'];
const STARTS_RECORD = /^"?at:\/\//;

/** Bluesky posts collected by hashtag, as CSV. */
export const blueskyCsv: Format = {
  name: 'bluesky-csv',
  title: 'a CSV of Bluesky posts (uri, author, createdAt, indexedAt, text)',
  unit: 'line',
  detects: (beginning) => COLUMNS.every((column) => headerOf(beginning).includes(column)),
  read: readPosts,
};

async function* readPosts(bytes: Bytes): AsyncGenerator<SourceItem> {
  const { columns, rest } = await withHeader(lines(bytes), COLUMNS);
  for await (const record of csvRecords(rest, columns.length, STARTS_RECORD)) {
    if ('refused' in record) {
      yield record;
      continue;
    }
    const row = columns.row(record.fields);
    const content = blueskyPost({
      uri: row('uri'),
      handle: row('author'),
      record: { text: row('text'), createdAt: row('createdAt') },
      seenAt: parseRfc3339(row('indexedAt')),
    });
    yield { line: record.line, ...content };
  }
}
