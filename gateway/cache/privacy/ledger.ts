interface Since<T> {
  at: number;
  value: T;
}

/** What was so at a moment; the latest first, since nearly everybody asks for that. */
const before = <T>(changes: readonly Since<T>[] | undefined, at: number): T | undefined =>
  changes?.findLast((change) => change.at <= at)?.value;

/**
 * Everything that happened, in order: whatever happens gets the next number as its moment. What subgraphs answer has as
 * its version the moment of the last write that concerns it; writes and invalidations name what they concern by keys.
 */
export class Ledger {
  #now = 0;
  readonly #writes = new Map<string, Since<number>[]>();
  readonly #known = new Map<string, Since<number>[]>();
  readonly #states = new Map<string, Since<unknown>[]>();
  readonly #story: { at: number; keys: readonly string[]; text: string }[] = [];
  acknowledged = 0;

  get now(): number {
    return this.#now;
  }

  /** A new moment. */
  next(): number {
    return (this.#now += 1);
  }

  /** From now on subgraphs answer another version. */
  write(keys: readonly string[]): number {
    const at = this.next();
    for (const key of keys) append(this.#writes, key, { at, value: at });
    this.tell(keys, 'written');
    return at;
  }

  /** From now on whoever asks must be answered with all that was written up to a moment. */
  acknowledge(keys: readonly string[], upTo: number): void {
    const at = this.next();
    for (const key of keys)
      append(this.#known, key, { at, value: Math.max(upTo, before(this.#known.get(key), at) ?? 0) });
    this.acknowledged += 1;
    this.tell(keys, `acknowledged up to ${upTo}`);
  }

  /** What a subgraph answers at a moment. */
  version(keys: readonly string[], at: number): number {
    return Math.max(0, ...keys.map((key) => before(this.#writes.get(key), at) ?? 0));
  }

  /** Up to which moment everything must be seen by a request that begins at a moment. */
  floor(keys: readonly string[], at: number): number {
    return Math.max(0, ...keys.map((key) => before(this.#known.get(key), at) ?? 0));
  }

  /** From now on something is so, such as a record or whether a field fails. */
  set(state: string, value: unknown): void {
    append(this.#states, state, { at: this.next(), value });
  }

  get(state: string): unknown {
    return this.#states.get(state)?.at(-1)?.value;
  }

  /** All that it was from one moment to another; undefined among it when it was nothing in the beginning. */
  within(state: string, from: number, to: number): unknown[] {
    const changes = this.#states.get(state);
    const later = changes?.filter(({ at }) => at > from && at <= to).map(({ value }) => value);
    return [before(changes, from), ...(later ?? [])];
  }

  /** Keeps what somebody who looks for a mistake wants to read. */
  tell(keys: readonly string[], text: string): void {
    this.#story.push({ at: this.#now, keys, text });
    if (this.#story.length > 2_000) this.#story.splice(0, 1_000);
  }

  /** The latest that was told of some keys. */
  story(keys: readonly string[], most = 12): string[] {
    return this.#story
      .filter((one) => one.keys.some((key) => keys.includes(key)))
      .slice(-most)
      .map(({ at, keys: told, text }) => `${at}: ${told.join(', ')} ${text}`);
  }
}

function append<T>(to: Map<string, Since<T>[]>, key: string, change: Since<T>): void {
  const changes = to.get(key);
  if (changes === undefined) to.set(key, [change]);
  else changes.push(change);
}
