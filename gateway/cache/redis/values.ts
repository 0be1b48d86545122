import { hash } from 'node:crypto';
import type { KeptValue } from '../kept-value.ts';
import type { Mark, SharedValues, Wanted } from '../shared-values.ts';
import type { TagFormats } from '../tags.ts';
import type { Connection } from './connection.ts';
import { PREFIX, type Log } from './log.ts';
import { readStored, storedOf } from './stored-value.ts';

/** After so many failures in a row, */
const MOST_FAILURES = 5;
/** Redis is not asked for so long. */
const REST_MS = 1_000;
/** So many values are looked for in one command, which keeps others waiting. */
const AT_ONCE = 500;
/** More that Redis has not taken yet, in characters, is not kept there. */
const MOST_WRITING = 4 * 1024 * 1024;

interface Reached {
  connection: Connection;
  log: Log;
  /** What is not found by then is asked of the subgraph. */
  timeoutMs: number;
  isHeard: () => boolean;
}

/** Values in Redis, each under a name of its own, which goes when the value is of no use any more. */
export class RedisValues implements SharedValues {
  readonly #connection: Connection;
  readonly #log: Log;
  readonly #timeoutMs: number;
  readonly #isHeard: () => boolean;
  #failures = 0;
  #restsUntil = -Infinity;
  #writing = 0;
  #behind: (() => void)[] = [];

  constructor({ connection, log, timeoutMs, isHeard }: Reached) {
    this.#connection = connection;
    this.#log = log;
    this.#timeoutMs = timeoutMs;
    this.#isHeard = isHeard;
  }

  readonly mark = (): Mark | undefined => {
    return this.#isHeard() ? this.#log.mark : undefined;
  };

  readonly find = async (
    wanted: readonly Wanted[],
    tags: TagFormats,
  ): Promise<readonly (KeptValue | undefined)[]> => {
    const era = this.mark()?.era;
    if (era === undefined || performance.now() < this.#restsUntil) return [];
    const found = await this.#texts(wanted.map((one) => keyOf(one.owner, era, one.record, one.key)));
    if (found === undefined || era !== this.mark()?.era) return [];
    return found.map((text, index) => this.#valid(text, wanted[index], tags));
  };

  readonly add = (
    owner: string,
    record: string,
    values: ReadonlyMap<string, KeptValue>,
    mark: Mark | undefined,
  ): void => {
    if (mark === undefined) return;
    const write = () => {
      for (const [key, value] of values) this.#write(keyOf(owner, mark.era, record, key), value, mark);
    };
    // Whoever asked for it is answered first.
    if (this.#behind.push(write) === 1) setImmediate(() => this.#writeAll());
  };

  /** Undefined when they could not be had in time. */
  async #texts(keys: readonly string[]): Promise<readonly (string | null)[] | undefined> {
    const { client } = this.#connection;
    const asking: Promise<(string | null)[]>[] = [];
    for (let from = 0; from < keys.length; from += AT_ONCE)
      asking.push(client.mGet(keys.slice(from, from + AT_ONCE)));
    const found = await within(this.#timeoutMs, Promise.all(asking));
    this.#failures = found === undefined ? this.#failures + 1 : 0;
    if (this.#failures >= MOST_FAILURES) this.#restsUntil = performance.now() + REST_MS;
    return found?.flat();
  }

  #valid(text: string | null, wanted: Wanted | undefined, tags: TagFormats): KeptValue | undefined {
    if (text === null || wanted === undefined) return undefined;
    const { owner, about } = wanted;
    const { ahead, remembered, untold } = this.#log;
    const read = readStored(text, wanted, { now: performance.now(), ahead });
    if (read === undefined) return undefined;
    const foreign = { owner, about, value: read.value, tags };
    return untold.takes(foreign) || remembered.mayTake(read.since, foreign) ? undefined : read.value;
  }

  #writeAll(): void {
    for (const write of this.#behind.splice(0)) write();
  }

  #write(key: string, value: KeptValue, { era, since }: Mark): void {
    if (era !== this.mark()?.era || this.#writing > MOST_WRITING) return;
    const stored = storedOf(value, since, { now: performance.now(), ahead: this.#log.ahead });
    if (stored === undefined) return;
    const { text, ms } = stored;
    this.#writing += text.length;
    const over = () => void (this.#writing -= text.length);
    this.#connection.client.set(key, text, { expiration: { type: 'PX', value: ms } }).then(over, over);
  }
}

/** Whose it is stands first; what it is called may tell of people, and is a hash. */
const keyOf = (owner: string, era: string, record: string, key: string): string =>
  `${PREFIX}${owner}:${era}:${hash('sha256', `${record.length} ${record}${key}`, 'base64url')}`;

/** Undefined when it fails or takes longer. */
async function within<T>(ms: number, promise: Promise<T>): Promise<T | undefined> {
  const late = Promise.withResolvers<undefined>();
  // What came while this process was busy is read before time is up.
  const timer = setTimeout(() => setImmediate(() => late.resolve(undefined)), ms);
  try {
    return await Promise.race([promise.catch(() => undefined), late.promise]);
  } finally {
    clearTimeout(timer);
  }
}
