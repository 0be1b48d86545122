import { LRUCache } from 'lru-cache';
import { isConcerned, type About, type KeptRecord, type KeptValue, type Matches } from './kept-value.ts';
import { recentInvalidations } from './recent.ts';

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
  /** What all values take up in memory, roughly. */
  readonly bytes: number;
  /** How many invalidations there were so far. */
  readonly invalidations: number;
  /** The number of the last one that was about this owner too. */
  lastInvalidation: (owner: string) => number;
  find: (owner: string, record: string) => KeptRecord | undefined;
  /** Adds values to a record, except for those that have been invalidated since they were asked for. */
  add: (owner: string, added: Added) => void;
  /** Forgets values of one owner or of all, also those that are on their way, and tells of how many records. */
  invalidate: (matches: Matches, owner?: string) => number;
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

  get bytes(): number {
    return this.#bytes;
  }

  get invalidations(): number {
    return this.#recent.count;
  }

  lastInvalidation(owner: string): number {
    return this.#recent.last(owner);
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
      if (this.#recent.hasMatched(since, { owner, about, value })) continue;
      bytes += value.bytes - (values.get(field)?.bytes ?? 0);
      values.set(field, value);
    }
    if (values.size > 0) this.#change(records, () => records.set(record, { about, values, bytes }));
    if (this.#bytes > this.#mostBytes) this.#makeRoom(records);
  }

  invalidate(matches: Matches, owner?: string): number {
    this.#recent.add({ matches, owner });
    const concerned = owner === undefined ? [...this.#owners.values()] : [this.#owners.peek(owner)];
    let count = 0;
    for (const records of concerned)
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

/** Of how many records something was forgotten; whole answers go with what they are made of, and do not count. */
function forget(records: Records, matches: Matches): number {
  let count = 0;
  for (const [record, { about, values, bytes }] of Array.from(records.entries())) {
    const matched = [...values].filter(([, value]) => isConcerned(matches, about, value));
    if (matched.length === 0) continue;
    if (matched.some(([, { parts }]) => parts === undefined)) count += 1;
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
