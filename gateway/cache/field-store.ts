import { LRUCache } from 'lru-cache';

/** What a record is about. */
export interface About {
  subgraph: string;
  /** Of the representation; empty for the root. */
  type: string;
  /** The representation as JSON; empty for the root. */
  name: string;
}

/** A value and for how long; moments of `now()` in milliseconds. */
export interface KeptValue {
  value: unknown;
  /** When it was asked for. */
  askedAt: number;
  freshUntil: number;
  /** Until when it may be served while a newer one is fetched. */
  staleUntil: number;
  /** Until when it may be served while its subgraph cannot be reached. */
  errorUntil: number;
  /** Whether a newer one is being fetched. */
  refreshing: boolean;
  /** Types of the objects within it. */
  below: ReadonlySet<string>;
  tags: readonly string[];
  /** What it takes up in memory, roughly. */
  bytes: number;
}

/** What is kept of one object for those who may have it in common: values by field. */
export type KeptRecord = ReadonlyMap<string, KeptValue>;

/** What an invalidation is about. */
export type Matches = (about: About, value: KeptValue) => boolean;

/** Values by field, on their way into a record. */
export interface Added {
  record: string;
  about: About;
  values: ReadonlyMap<string, KeptValue>;
  /** What `invalidations` was when they were asked for. */
  since: number;
}

/** Where values are kept; owners are tenants, or what all of them have in common. */
export interface FieldStore {
  /** How many invalidations there were so far. */
  readonly invalidations: number;
  find: (owner: string, record: string) => KeptRecord | undefined;
  /** Adds values to a record, except for those that have been invalidated since they were asked for. */
  add: (owner: string, added: Added) => void;
  /** Forgets values, also those that are on their way, and tells of how many records. */
  invalidate: (matches: Matches) => number;
}

interface Held {
  about: About;
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
/** What was asked for before so many invalidations is not kept, whatever they were about. */
const REMEMBERED = 1_000;

type Records = LRUCache<string, Held>;

/**
 * A store in memory. Every owner may fill it alone, but as soon as it is full whoever has more than an equal share makes
 * room, so that nobody can drive out the others.
 */
export const memoryStore = (mostBytes = MOST_BYTES): FieldStore => new MemoryStore(mostBytes);

class MemoryStore implements FieldStore {
  readonly #mostBytes: number;
  readonly #recent = recentInvalidations();
  readonly #owners = new LRUCache<string, Records>({
    max: MOST_OWNERS,
    dispose: (records) => void (this.#bytes -= records.calculatedSize),
  });
  #bytes = 0;

  constructor(mostBytes: number) {
    this.#mostBytes = mostBytes;
  }

  get invalidations(): number {
    return this.#recent.count;
  }

  find(owner: string, record: string): KeptRecord | undefined {
    return this.#owners.get(owner)?.get(record)?.values;
  }

  add(owner: string, { record, about, values: added, since }: Added): void {
    const records = this.#recordsOf(owner);
    const known = records.peek(record);
    const values = known?.values ?? new Map<string, KeptValue>();
    let bytes = known?.bytes ?? BYTES_A_RECORD + record.length;
    for (const [field, value] of added) {
      if (this.#recent.hasMatched(since, about, value)) continue;
      bytes += value.bytes - (values.get(field)?.bytes ?? 0);
      values.set(field, value);
    }
    if (values.size > 0) this.#change(records, () => records.set(record, { about, values, bytes }));
    if (this.#bytes > this.#mostBytes) this.#makeRoom(records);
  }

  invalidate(matches: Matches): number {
    this.#recent.add(matches);
    let count = 0;
    for (const records of this.#owners.values())
      if (records !== undefined) this.#change(records, () => (count += forget(records, matches)));
    return count;
  }

  #recordsOf(owner: string): Records {
    let records = this.#owners.get(owner);
    if (records === undefined) {
      records = new LRUCache({ maxSize: this.#mostBytes, sizeCalculation: ({ bytes }) => bytes });
      this.#owners.set(owner, records);
    }
    return records;
  }

  #change(records: Records, change: () => void): void {
    const before = records.calculatedSize;
    change();
    this.#bytes += records.calculatedSize - before;
  }

  /** From whoever has more than an equal share, beginning with the one that came last. */
  #makeRoom(latest: Records): void {
    const enough = this.#mostBytes * FULL;
    const share = this.#mostBytes / this.#owners.size;
    for (const records of [latest, ...this.#owners.rvalues()]) {
      if (records === undefined) continue;
      while (this.#bytes > enough && records.calculatedSize > share)
        this.#change(records, () => records.pop());
      if (this.#bytes <= enough) return;
    }
  }
}

/** Of how many records something was forgotten. */
function forget(records: Records, matches: Matches): number {
  let count = 0;
  for (const [record, { about, values, bytes }] of Array.from(records.entries())) {
    const matched = [...values].filter(([, value]) => matches(about, value));
    if (matched.length === 0) continue;
    count += 1;
    let left = bytes;
    for (const [field, value] of matched) {
      left -= value.bytes;
      values.delete(field);
    }
    if (values.size === 0) records.delete(record);
    else records.set(record, { about, values, bytes: left });
  }
  return count;
}

/** The latest invalidations, for what was asked for before and comes after them. */
function recentInvalidations() {
  const latest: Matches[] = [];
  let count = 0;
  return {
    get count() {
      return count;
    },
    add: (matches: Matches) => {
      count += 1;
      latest.push(matches);
      if (latest.length > REMEMBERED) latest.shift();
    },
    hasMatched: (since: number, about: About, value: KeptValue): boolean => {
      const missed = count - since;
      if (missed > latest.length) return true;
      return missed > 0 && latest.slice(-missed).some((matches) => matches(about, value));
    },
  };
}
