import { blueskyPost, isJsonObject } from './bluesky-post.ts';
import { parseRfc3339 } from './datetime.ts';
import { MAX_DOCUMENT_BYTES } from './limits.ts';
import { SourceError, type Bytes, type Format, type ItemContent, type SourceItem } from './source.ts';

/** What Bluesky's search answers, kept as one JSON document. */
export const blueskySearch: Format = {
  name: 'bluesky-search',
  title: 'Bluesky search results (JSON with posts)',
  unit: 'post',
  detects: (beginning) =>
    /^\uFEFF?\s*\{\s*"(?:posts"\s*:\s*\[|cursor"\s*:\s*"[^"]*"\s*,\s*"posts")/.test(beginning),
  read: readSearch,
};

async function* readSearch(bytes: Bytes): AsyncGenerator<SourceItem> {
  const posts = postsOf(await wholeText(bytes));
  for (const [index, item] of posts.entries()) yield { line: index + 1, ...contentOf(item) };
}

/** A document can only be read whole, so its size is bounded; captures of any size come as JSON lines. */
async function wholeText(bytes: Bytes): Promise<string> {
  const chunks: Buffer[] = [];
  let size = 0;
  for await (const chunk of bytes) {
    size += chunk.length;
    if (size > MAX_DOCUMENT_BYTES) {
      throw new SourceError(
        `The file is larger than ${MAX_DOCUMENT_BYTES / 1024 / 1024} MiB unpacked; a JSON document is read whole, so split it.`,
      );
    }
    chunks.push(chunk);
  }
  return Buffer.concat(chunks)
    .toString('utf8')
    .replace(/^\uFEFF/, '');
}

function postsOf(text: string): unknown[] {
  let document: unknown;
  try {
    document = JSON.parse(text);
  } catch (cause) {
    throw new SourceError('The file is not valid JSON.', { cause });
  }
  const posts = isJsonObject(document) ? document['posts'] : undefined;
  if (!Array.isArray(posts)) throw new SourceError('The JSON document has no list of posts.');
  return posts;
}

function contentOf(item: unknown): ItemContent {
  if (!isJsonObject(item)) return { refused: 'The post is not a JSON object.' };
  const { uri, author, record, indexedAt } = item;
  if (!isJsonObject(record)) return { refused: 'The post has no record.' };
  const { handle, displayName } = isJsonObject(author) ? author : {};
  const seenAt = typeof indexedAt === 'string' ? parseRfc3339(indexedAt) : undefined;
  return blueskyPost({ uri, handle, displayName, record, seenAt });
}
