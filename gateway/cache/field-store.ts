import { LRUCache } from 'lru-cache';

/** A value and for how long; moments of `now()` in milliseconds. */
export interface KeptValue {
  value: unknown;
  freshUntil: number;
  /** Until when it may be served while a newer one is fetched. */
  staleUntil: number;
  /** Until when it may be served while its subgraph cannot be reached. */
  errorUntil: number;
  /** Whether a newer one is being fetched. */
  refreshing: boolean;
  /** What it takes up in memory, roughly. */
  bytes: number;
}

/** What is kept of one object for those who may have it in common: values by field. */
export type KeptRecord = ReadonlyMap<string, KeptValue>;

/** Where values are kept; owners are tenants, or what all of them have in common. */
export interface FieldStore {
  find: (owner: string, record: string) => KeptRecord | undefined;
  add: (owner: string, record: string, values: ReadonlyMap<string, KeptValue>) => void;
}

interface Held {
  values: Map<string, KeptValue>;
  bytes: number;
}

const MOST_BYTES = 64 * 1024 * 1024;
/** Of more owners those that nobody asked for longest lose everything. */
const MOST_OWNERS = 10_000;
/** How full it still is when room was made, so that this is seldom. */
const FULL = 0.95;
/** Beside its values. */
const BYTES_A_RECORD = 200;

/**
 * A store in memory. Every owner may fill it alone, but as soon as it is full whoever has more than an equal share makes
 * room, so that nobody can drive out the others.
 */
export function memoryStore(mostBytes = MOST_BYTES): FieldStore {
  let total = 0;
  const owners = new LRUCache<string, LRUCache<string, Held>>({
    max: MOST_OWNERS,
    dispose: (records) => void (total -= records.calculatedSize),
  });
  const recordsOf = (owner: string): LRUCache<string, Held> => {
    let records = owners.get(owner);
    if (records === undefined) {
      records = new LRUCache({ maxSize: mostBytes, sizeCalculation: ({ bytes }) => bytes });
      owners.set(owner, records);
    }
    return records;
  };
  /** From whoever has more than an equal share, beginning with the one that came last. */
  const makeRoom = (latest: LRUCache<string, Held>) => {
    const share = mostBytes / owners.size;
    for (const records of [latest, ...owners.rvalues()]) {
      if (records === undefined) continue;
      const before = records.calculatedSize;
      while (total - before + records.calculatedSize > mostBytes * FULL && records.calculatedSize > share)
        records.pop();
      total += records.calculatedSize - before;
      if (total <= mostBytes * FULL) return;
    }
  };
  return {
    find: (owner, record) => owners.get(owner)?.get(record)?.values,
    add: (owner, record, added) => {
      const records = recordsOf(owner);
      const before = records.calculatedSize;
      const known = records.peek(record);
      const values = known?.values ?? new Map<string, KeptValue>();
      let bytes = known?.bytes ?? BYTES_A_RECORD + record.length;
      for (const [field, value] of added) {
        bytes += value.bytes - (values.get(field)?.bytes ?? 0);
        values.set(field, value);
      }
      records.set(record, { values, bytes });
      total += records.calculatedSize - before;
      if (total > mostBytes) makeRoom(records);
    },
  };
}
