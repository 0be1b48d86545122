import type { ApiKeyUse } from '@chorus/shared/api-key.ts';
import type { NewEvent } from '@chorus/shared/event-bus.ts';
import { LRUCache } from 'lru-cache';

/** That a key was used, and from which address. */
export type NoteUse = (use: { tenantId: string; id: string; address: string }) => void;

const AGAIN_MS = 60_000;
const MOST_KEYS = 50_000;

/** Tells accounts when and from where each key was used, at most once a minute per key. */
export function keyUses(tell: (event: Pick<NewEvent, 'type' | 'tenantId' | 'data'>) => void): NoteUse {
  const noted = new LRUCache<string, number>({ max: MOST_KEYS });
  return ({ tenantId, id, address }) => {
    const key = `${tenantId} ${id}`;
    if (Date.now() - (noted.get(key) ?? 0) < AGAIN_MS) return;
    noted.set(key, Date.now());
    const data: ApiKeyUse = { id, at: new Date().toISOString(), address };
    tell({ type: 'api-key.used', tenantId, data });
  };
}
