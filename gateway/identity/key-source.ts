import { readFile } from 'node:fs/promises';
import { AppError } from '@chorus/shared/errors.ts';
import { keySet, type KeySet } from '@chorus/shared/keys.ts';
import type { Logger } from '@chorus/shared/log.ts';
import type { JSONWebKeySet } from 'jose';
import { download } from './download.ts';

/** The public keys of an issuer, as they are now. */
export interface KeySource {
  /** The same object for as long as the keys are the same. @throws AppError SUBGRAPH_UNAVAILABLE when nobody knows */
  current: () => Promise<KeySet>;
  /** Looks again because a key is missing, unless that was done a moment ago. @throws as `current` */
  newer: () => Promise<KeySet>;
}

const FRESH_MS = 5 * 60_000;
/** Without word from the issuer its last keys are good for so long. */
const USABLE_MS = 60 * 60_000;
/** Anybody can send tokens that name unknown keys, and the issuer shall not feel each. */
const LOOK_AGAIN_MS = 10_000;
const RETRY_MS = 1000;
const RETRY_WHILE_USABLE_MS = 30_000;

export const isAddress = (jwks: string): boolean => /^https?:/i.test(jwks) && URL.canParse(jwks);

/** Keys from a file or an address, read when first needed and again when they are no longer fresh. */
export function keySource(jwks: string, log: Logger): KeySource {
  const load = isAddress(jwks) ? () => download(new URL(jwks)) : () => readFile(jwks, 'utf8');
  let held: { text: string; keys: KeySet; at: number } | undefined;
  let reading: Promise<void> | undefined;
  let failedAt = -Infinity;
  let lookedAt = -Infinity;

  const read = async () => {
    try {
      const text = await load();
      const keys = held?.text === text ? held.keys : keySet(JSON.parse(text) as JSONWebKeySet);
      held = { text, keys, at: Date.now() };
      failedAt = -Infinity;
    } catch (error) {
      failedAt = Date.now();
      log.warn({ error }, 'the keys of --jwks cannot be read');
    } finally {
      reading = undefined;
    }
  };
  const age = () => Date.now() - (held?.at ?? -Infinity);
  const usable = () => (age() < USABLE_MS ? held?.keys : undefined);
  /** Leaves alone for a moment whoever has just failed to answer. */
  const readUnlessFailing = async () => {
    const pause = usable() === undefined ? RETRY_MS : RETRY_WHILE_USABLE_MS;
    if (reading !== undefined || Date.now() - failedAt >= pause) await (reading ??= read());
  };
  return {
    current: async () => {
      if (age() >= FRESH_MS) await readUnlessFailing();
      return usable() ?? unavailable();
    },
    newer: async () => {
      if (reading !== undefined || Date.now() - lookedAt >= LOOK_AGAIN_MS) {
        lookedAt = Date.now();
        await readUnlessFailing();
      }
      // Whether a key is unknown or only unknown here cannot be told while the issuer is silent.
      return (failedAt === -Infinity ? held?.keys : undefined) ?? unavailable();
    },
  };
}

function unavailable(): never {
  throw new AppError('SUBGRAPH_UNAVAILABLE');
}
