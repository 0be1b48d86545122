import { addressOf, blueskyPost, isJsonObject, type Json } from './bluesky-post.ts';
import { lines, type Line } from './lines.ts';
import type { Bytes, Format, ItemContent, SourceItem } from './source.ts';

const POSTS = 'app.bsky.feed.post';
const LINES_THAT_TELL = 20;

/** What a Jetstream server (version 1) sends, one message per line. */
export const jetstream: Format = {
  name: 'jetstream',
  title: 'a Jetstream v1 capture (one JSON message per line)',
  unit: 'line',
  detects: (beginning) => beginning.split('\n', LINES_THAT_TELL).some(isMessage),
  read: readMessages,
};

function isMessage(line: string): boolean {
  const message = objectOf(line);
  return message !== undefined && 'did' in message && 'time_us' in message && 'kind' in message;
}

function objectOf(line: string): Json | undefined {
  try {
    const value: unknown = JSON.parse(line);
    return isJsonObject(value) ? value : undefined;
  } catch {
    return undefined;
  }
}

async function* readMessages(bytes: Bytes): AsyncGenerator<SourceItem> {
  for await (const line of lines(bytes)) {
    if (!('text' in line) || line.text.trim() !== '') yield { line: line.line, ...contentOf(line) };
  }
}

function contentOf(line: Line): ItemContent {
  if ('refused' in line) return { refused: line.refused };
  const message = objectOf(line.text);
  if (message === undefined) return { refused: 'The line is not a JSON object.' };
  const { did, kind, commit } = message;
  if (typeof did !== 'string' || typeof kind !== 'string')
    return { refused: 'The message has no did or no kind.' };
  if (kind !== 'commit') return { ignored: 'Identity, account and other events that are no posts.' };
  if (!isJsonObject(commit)) return { refused: 'The commit is missing.' };
  if (commit['collection'] !== POSTS)
    return { ignored: 'Likes, reposts, follows and other records that are no posts.' };
  return postChange(did, commit, seenAt(message['time_us']));
}

/** Microseconds stay exact in a JavaScript number for the next two centuries. */
function seenAt(timeUs: unknown): Date | undefined {
  const valid = typeof timeUs === 'number' && Number.isSafeInteger(timeUs) && timeUs > 0;
  return valid ? new Date(Math.floor(timeUs / 1000)) : undefined;
}

function postChange(did: string, commit: Json, seen: Date | undefined): ItemContent {
  const { operation, record } = commit;
  const uri = `at://${did}/${POSTS}/${String(commit['rkey'])}`;
  const rev = typeof commit['rev'] === 'string' ? commit['rev'].slice(0, 64) : undefined;
  if (operation === 'delete') {
    if (addressOf(uri) === undefined || seen === undefined)
      return { refused: 'The deletion names no post or no time.' };
    return { deletion: { source: 'bluesky', externalId: uri, deletedAt: seen, rev: rev ?? null } };
  }
  if (operation !== 'create' && operation !== 'update') {
    return { refused: 'The operation is not create, update or delete.' };
  }
  if (!isJsonObject(record)) return { refused: 'The record is missing.' };
  const content = blueskyPost({ uri, record, seenAt: seen, ...(rev === undefined ? {} : { rev }) });
  return operation === 'update' && 'post' in content ? { edit: content.post } : content;
}
