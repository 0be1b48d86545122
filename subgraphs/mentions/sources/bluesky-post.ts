import { blueskyEntities } from '../matching/bluesky.ts';
import { isDomainHandle } from '../matching/terms.ts';
import type { NewPost } from '../posts/new-post.ts';
import { parseRfc3339 } from './datetime.ts';
import { isPlausible, withinLimits } from './limits.ts';
import type { ItemContent } from './source.ts';

const POST_URI = /^at:\/\/(did:[a-z]+:[\w.:%-]{1,250})\/app\.bsky\.feed\.post\/([\w.~:-]{1,512})$/;

/** Anything of JSON, which on Bluesky is what anyone wrote. */
export type Json = Readonly<Record<string, unknown>>;

export const isJsonObject = (value: unknown): value is Json =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

/** What every file that holds Bluesky posts tells of each. */
export interface BlueskyPost {
  uri: unknown;
  handle?: unknown;
  displayName?: unknown;
  record: Json;
  /** When a server saw the post; the author's own claim never counts as later. */
  seenAt: Date | undefined;
  rev?: string;
}

/** The author and key in a post's permanent address. */
export function addressOf(uri: unknown): { did: string; key: string } | undefined {
  const [, did, key] = (typeof uri === 'string' ? POST_URI.exec(uri) : null) ?? [];
  return did === undefined || key === undefined ? undefined : { did, key };
}

/** A post of Bluesky, or the reason why it is none. */
export function blueskyPost({ uri, handle, displayName, record, seenAt, rev }: BlueskyPost): ItemContent {
  const address = addressOf(uri);
  if (address === undefined)
    return { refused: 'The address is not that of a post (at://did:.../app.bsky.feed.post/...).' };
  const { text } = record;
  if (typeof text !== 'string') return { refused: 'The post has no text, not even an empty one.' };
  if (seenAt === undefined)
    return { refused: 'The time at which a server saw the post is missing or no RFC 3339 time.' };
  const post: NewPost = {
    source: 'bluesky',
    externalId: String(uri),
    authorHandle: typeof handle === 'string' && isDomainHandle(handle) ? handle.toLowerCase() : address.did,
    authorName: typeof displayName === 'string' && displayName !== '' ? displayName.slice(0, 200) : null,
    text,
    lang: languageOf(record['langs']),
    url: `https://bsky.app/profile/${address.did}/post/${address.key}`,
    replyTo: repliedTo(record['reply']),
    ...blueskyEntities(text, record),
    publishedAt: earlier(record['createdAt'], seenAt),
    rev: rev ?? null,
  };
  return withinLimits(post);
}

/** `createdAt` is a claim of the author's client: it counts unless it is later than the server's time, or absurd. */
function earlier(createdAt: unknown, seenAt: Date): Date {
  const claimed = typeof createdAt === 'string' ? parseRfc3339(createdAt) : undefined;
  return claimed !== undefined && claimed < seenAt && isPlausible(claimed) ? claimed : seenAt;
}

function languageOf(langs: unknown): string | null {
  const first: unknown = Array.isArray(langs) ? langs[0] : undefined;
  return typeof first === 'string' && /^[a-z]{2,3}(?:-[a-z0-9-]{1,30})?$/i.test(first) ? first : null;
}

function repliedTo(reply: unknown): string | null {
  const parent = isJsonObject(reply) ? reply['parent'] : undefined;
  const uri = isJsonObject(parent) ? parent['uri'] : undefined;
  return addressOf(uri) === undefined ? null : String(uri);
}
