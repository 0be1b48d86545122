import { createHash } from 'node:crypto';
import { LRUCache } from 'lru-cache';
import { Refusal } from '../errors/errors.ts';
import type { Asked } from '../request.ts';

const HASH = /^[0-9a-f]{64}$/;
const MOST_BYTES = 32 * 1024 * 1024;

/** Automatic persisted queries: clients send the SHA-256 of a text this gateway has seen instead of the text. */
export interface PersistedQueries {
  /** The text to run. @throws Refusal when the hash is unknown or does not fit. */
  text: (asked: Asked) => string;
  /** Remembers a text that turned out to be valid, so that junk cannot push out what is used. */
  keep: (asked: Asked, text: string) => void;
}

export function persistedQueries(): PersistedQueries {
  const texts = new LRUCache<string, string>({
    maxSize: MOST_BYTES,
    sizeCalculation: (text) => 2 * text.length + 200,
  });
  return {
    text: ({ query, extensions }) => {
      const hash = hashOf(extensions);
      if (hash === undefined) {
        if (query === undefined) throw new Refusal('BAD_REQUEST', 'The request has no query.');
        return query;
      }
      if (query === undefined) {
        const text = texts.get(hash);
        if (text === undefined) throw new Refusal('PERSISTED_QUERY_NOT_FOUND');
        return text;
      }
      if (texts.get(hash) !== query && createHash('sha256').update(query).digest('hex') !== hash) {
        throw new Refusal('BAD_REQUEST', 'The persisted query hash does not fit the query.');
      }
      return query;
    },
    keep: ({ extensions }, text) => {
      const hash = hashOf(extensions);
      if (hash !== undefined && !texts.has(hash)) texts.set(hash, text);
    },
  };
}

function hashOf(extensions: Asked['extensions']): string | undefined {
  const persisted = extensions['persistedQuery'];
  if (persisted === undefined || persisted === null) return undefined;
  const { version, sha256Hash } = persisted as { version?: unknown; sha256Hash?: unknown };
  if (version === 1 && typeof sha256Hash === 'string' && HASH.test(sha256Hash)) return sha256Hash;
  throw new Refusal('BAD_REQUEST', 'The persistedQuery extension is not valid.');
}
