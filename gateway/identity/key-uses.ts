import { setTimeout as sleep } from 'node:timers/promises';
import type { ApiKeyUse } from '@chorus/shared/api-key.ts';
import type { EventBus, NewEvent } from '@chorus/shared/event-bus.ts';
import { newId } from '@chorus/shared/id.ts';
import type { Logger } from '@chorus/shared/log.ts';
import type { Part } from '@chorus/shared/process.ts';
import { LRUCache } from 'lru-cache';

/** That a key was used, and from which address. */
export type NoteUse = (use: { tenantId: string; id: string; address: string }) => void;

const AGAIN_MS = 60_000;
const FLUSH_MS = 3_000;
const STOP_MS = 500;
const MOST_KEYS = 50_000;
const MOST_WAITING = 10_000;
const BATCH = 1_000;

/**
 * Tells accounts when and from where each key was used: at most once a minute per key, in batches of a few seconds.
 * What is still waiting when a gateway is killed is lost, and so is what exceeds the bound while the bus is away.
 */
export function keyUses(bus: EventBus, log: Logger): Part & { note: NoteUse } {
  const noted = new LRUCache<string, number>({ max: MOST_KEYS });
  let waiting: NewEvent[] = [];
  let flushing: Promise<void> | undefined;

  const flush = async () => {
    while (waiting.length > 0) {
      const batch = waiting.slice(0, BATCH);
      await bus.append('gateway', batch);
      waiting = waiting.slice(batch.length);
    }
  };
  const flushOnce = () => {
    flushing ??= flush()
      .catch((error: unknown) => log.warn({ error }, 'uses of API keys are told later'))
      .finally(() => (flushing = undefined));
    return flushing;
  };
  const timer = setInterval(() => void flushOnce(), FLUSH_MS);

  return {
    name: 'uses of API keys',
    note: ({ tenantId, id, address }) => {
      const key = `${tenantId} ${id}`;
      if (Date.now() - (noted.get(key) ?? 0) < AGAIN_MS || waiting.length >= MOST_WAITING) return;
      noted.set(key, Date.now());
      const time = new Date().toISOString();
      const data: ApiKeyUse = { id, at: time, address };
      waiting.push({ id: newId(), type: 'api-key.used', tenantId, time, data });
    },
    stop: async () => {
      clearInterval(timer);
      const told = Promise.resolve(flushing).then(flushOnce);
      await Promise.race([told, sleep(STOP_MS, undefined, { ref: false })]);
    },
  };
}
