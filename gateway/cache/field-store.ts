import { LRUCache } from 'lru-cache';
import {
  age,
  isConcerned,
  outlives,
  type About,
  type KeptRecord,
  type KeptValue,
  type Matches,
} from './kept-value.ts';
import { OwnedRecords } from './owned-records.ts';
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
  /**
   * Forgets values of one owner or of all, also those that are on their way, and tells of how many records. Of those that
   * only are old, what may be served while its subgraph cannot be reached stays for that.
   */
  invalidate: (matches: Matches, owner?: string, areOld?: boolean) => number;
}

const MOST_BYTES = 64 * 1024 * 1024;
/** Of more owners those that nobody asked for longest lose everything. */
const MOST_OWNERS = 10_000;
/** How full it still is when room was made, so that this is seldom, */
const FULL = 0.9;
/** and how full it is at most when somebody who had to make room may have more again. */
const ROOMY = 0.8;
/** Beside its values. */
const BYTES_A_RECORD = 200;

/**
 * A store in memory. Every owner may fill it alone, but as soon as it is full whoever has more than an equal share makes
 * room, so that nobody can drive out the others.
 */
export const memoryStore = (mostBytes = MOST_BYTES): FieldStore => new MemoryStore(mostBytes);

class MemoryStore implements FieldStore {
  readonly #mostBytes: number;
  readonly #recent = recentInvalidations();
  readonly #owners = new LRUCache<string, OwnedRecords>({
    max: MOST_OWNERS,
    dispose: (records) => void (this.#bytes -= records.bytes),
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
    return this.#owners.get(owner)?.find(record)?.values;
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
    this.#makeRoom(records);
  }

  invalidate(matches: Matches, owner?: string, areOld = false): number {
    this.#recent.add({ matches, owner });
    const concerned = owner === undefined ? [...this.#owners.values()] : [this.#owners.peek(owner)];
    let count = 0;
    for (const records of concerned)
      if (records !== undefined) this.#change(records, () => (count += forget(records, matches, areOld)));
    return count;
  }

  #recordsOf(owner: string): OwnedRecords {
    let records = this.#owners.get(owner);
    if (records === undefined) this.#owners.set(owner, (records = new OwnedRecords(this.#mostBytes)));
    return records;
  }

  #change(records: OwnedRecords, change: () => void): void {
    const before = records.bytes;
    change();
    this.#bytes += records.bytes - before;
  }

  /** Whoever has more than an equal share makes room, the largest first; where there is plenty nobody is held back. */
  #makeRoom(latest: OwnedRecords): void {
    const isHeldBack = latest.limit < this.#mostBytes && latest.bytes > latest.limit * FULL;
    if (isHeldBack && this.#bytes < this.#mostBytes * ROOMY)
      this.#change(latest, () => latest.changeLimit(this.#mostBytes));
    if (this.#bytes <= this.#mostBytes) return;
    const share = this.#mostBytes / this.#owners.size;
    const all = [...this.#owners.values()].filter((records) => records !== undefined);
    for (const records of all.toSorted((one, other) => other.bytes - one.bytes)) {
      const excess = this.#bytes - this.#mostBytes * FULL;
      if (excess <= 0 || records.bytes <= share) return;
      this.#change(records, () => records.changeLimit(Math.max(share, records.bytes - excess)));
    }
  }
}

/** Of how many records something was forgotten; whole answers go with what they are made of, and do not count. */
function forget(records: OwnedRecords, matches: Matches, areOld: boolean): number {
  let count = 0;
  for (const [record, { about, values, bytes }] of records.entries()) {
    const matched = [...values].filter(([, value]) => isConcerned(matches, about, value));
    if (matched.length === 0) continue;
    if (matched.some(([, { parts }]) => parts === undefined)) count += 1;
    let left = bytes;
    for (const [field, value] of matched) {
      if (areOld && outlives(value)) {
        age(value);
        continue;
      }
      left -= value.bytes;
      values.delete(field);
    }
    if (values.size === 0) records.delete(record);
    else records.set(record, { about, values, bytes: left });
  }
  return count;
}
