import { setTimeout as sleep } from 'node:timers/promises';
import { AppError } from '@chorus/shared/errors.ts';
import type { BusRecord, EventBus } from '@chorus/shared/event-bus.ts';
import type { Logger } from '@chorus/shared/log.ts';
import { LRUCache } from 'lru-cache';
import { confirmation } from './confirmation.ts';
import { keepListening } from '../listening.ts';

/** A record in memory; `record` is undefined when the bus has none. */
interface Held {
  record: BusRecord | undefined;
  /** Something changed on the bus since it was read. */
  stale: boolean;
}

/** The records of tenants and of the installation, in memory and as fresh as the bus allows. */
export interface Records {
  /**
   * The record, re-read first when it changed or is older than `atLeast`.
   * @throws AppError SUBGRAPH_UNAVAILABLE when nobody can say what it is now
   */
  get: (kind: string, tenantId: string, atLeast?: number) => Promise<BusRecord | undefined>;
  /** Reads the record again whatever is held. */
  reread: (kind: string, tenantId: string) => Promise<BusRecord | undefined>;
  /** Whether the bus was heard within the last two seconds and answers. */
  confirmed: () => boolean;
  /** Seconds since the bus was last heard. */
  ageSeconds: () => number;
  stop: () => Promise<void>;
}

const MOST_RECORDS = 50_000;

/** Watches the bus; a bus that is away is tried again for as long as the process lives. */
export function watchRecords(bus: EventBus, log: Logger, now = () => Date.now()): Records {
  const heard = confirmation(now);
  const store = recordStore(bus, now);
  const stop = keepListening(bus, log, {
    onRecord: (kind, tenantId) => store.markStale(keyOf(kind, tenantId)),
    onHeartbeat: heard.beat,
    onReconnect: store.markAllStale,
  });
  return {
    get: async (kind, tenantId, atLeast = 0) => {
      const known = store.held(keyOf(kind, tenantId));
      const current = known !== undefined && !known.stale && (known.record?.version ?? 0) >= atLeast;
      if (current && heard.tolerable()) return known.record;
      const ahead = (known?.record?.version ?? 0) < atLeast;
      try {
        return await readAtLeast(store, kind, tenantId, atLeast);
      } catch (cause) {
        if (known !== undefined && !ahead && heard.tolerable()) return known.record;
        throw new AppError('SUBGRAPH_UNAVAILABLE', undefined, { cause });
      }
    },
    reread: store.read,
    confirmed: () => heard.confirmed() && !store.failing(),
    ageSeconds: heard.ageSeconds,
    stop,
  };
}

const keyOf = (kind: string, tenantId: string): string => `${kind} ${tenantId}`;

const CATCH_UP_MS = 1000;
const AGAIN_MS = 25;

/** A token can be a moment ahead of the record that tells of the same change; the relay is that far behind at most. */
async function readAtLeast(
  store: Pick<ReturnType<typeof recordStore>, 'read'>,
  kind: string,
  tenantId: string,
  version: number,
): Promise<BusRecord | undefined> {
  const until = performance.now() + CATCH_UP_MS;
  for (;;) {
    const record = await store.read(kind, tenantId);
    if ((record?.version ?? 0) >= version) return record;
    if (performance.now() > until) throw new Error(`the ${kind} record is behind version ${version}`);
    await sleep(AGAIN_MS);
  }
}

const READ_MS = 1000;
/** After a failed read the bus is left alone for a moment, so that requests need not wait for the same silence. */
const PAUSE_MS = 500;

/** What was read; reads of one record at one time are one read, and a change meanwhile leaves it stale. */
function recordStore(bus: EventBus, now: () => number) {
  const held = new LRUCache<string, Held>({ max: MOST_RECORDS });
  const loading = new Map<string, { entry: Held; reading: Promise<BusRecord | undefined> }>();
  let failedAt: number | undefined;

  const load = async (key: string, kind: string, tenantId: string, entry: Held) => {
    try {
      entry.record = await inTime(bus.record(kind, tenantId));
      held.set(key, entry);
      failedAt = undefined;
      return entry.record;
    } catch (failure) {
      failedAt = now();
      throw failure;
    } finally {
      loading.delete(key);
    }
  };
  const markStale = (key: string): void => {
    for (const entry of [held.peek(key), loading.get(key)?.entry])
      if (entry !== undefined) entry.stale = true;
  };
  return {
    held: (key: string) => held.get(key),
    markStale,
    markAllStale: () => {
      failedAt = undefined;
      [...held.keys(), ...loading.keys()].forEach(markStale);
    },
    /** Whether the last read failed, so that a record may be known to be old. */
    failing: () => failedAt !== undefined,
    read: (kind: string, tenantId: string): Promise<BusRecord | undefined> => {
      const key = keyOf(kind, tenantId);
      const under = loading.get(key);
      if (under !== undefined) return under.reading;
      if (failedAt !== undefined && now() - failedAt < PAUSE_MS)
        return Promise.reject(new Error('the event bus did not answer just now'));
      const entry: Held = { record: undefined, stale: false };
      const reading = load(key, kind, tenantId, entry);
      loading.set(key, { entry, reading });
      return reading;
    },
  };
}

function inTime<T>(work: Promise<T>): Promise<T> {
  return new Promise((resolve, reject) => {
    const timer = setTimeout(() => reject(new Error('the event bus did not answer')), READ_MS);
    work.then(resolve, reject).finally(() => clearTimeout(timer));
  });
}
