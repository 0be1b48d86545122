import { BoundedCache } from 'transitory';
import type { About, KeptValue } from './kept-value.ts';

/** What is held of one record. */
export interface Held {
  about: About;
  values: Map<string, KeptValue>;
  bytes: number;
}

const boundedBy = (bytes: number) =>
  new BoundedCache<string, Held>({ maxSize: bytes, weigher: (_, held) => held.bytes });

/** The records of one owner, no larger together than their limit: those that are asked for least often go. */
export class OwnedRecords {
  #limit: number;
  #records: BoundedCache<string, Held>;

  /** @param limit in bytes */
  constructor(limit: number) {
    this.#limit = limit;
    this.#records = boundedBy(limit);
  }

  get limit(): number {
    return this.#limit;
  }

  get bytes(): number {
    return this.#records.weightedSize;
  }

  /** Counts as being asked for. */
  find(name: string): Held | undefined {
    return this.#records.getIfPresent(name) ?? undefined;
  }

  peek(name: string): Held | undefined {
    return this.#records.peek(name) ?? undefined;
  }

  set(name: string, held: Held): void {
    this.#records.set(name, held);
    // At once, and not when a timer of the library ends.
    this.#records.cleanUp();
  }

  delete(name: string): void {
    this.#records.delete(name);
    this.#records.cleanUp();
  }

  entries(): [string, Held][] {
    return this.#records.keys().flatMap((name) => {
      const held = this.peek(name);
      return held === undefined ? [] : [[name, held]];
    });
  }

  /** The limit of the library's cache is for good, so the records move to another one, the older ones first. */
  changeLimit(bytes: number): void {
    const entries = this.entries();
    this.#records.clear();
    this.#limit = bytes;
    this.#records = boundedBy(bytes);
    for (const [name, held] of entries) this.#records.set(name, held);
    this.#records.cleanUp();
  }
}
