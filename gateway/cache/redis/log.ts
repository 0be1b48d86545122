import { randomUUID } from 'node:crypto';
import { setTimeout as pause } from 'node:timers/promises';
import { ErrorReply } from '@redis/client';
import { readForgetting, type Forgetting } from '../forget.ts';
import type { Connection } from './connection.ts';
import type { Mark } from '../shared-values.ts';
import { BEGINNING, placeOf } from './place.ts';
import { Remembered } from './remembered.ts';
import { Untold } from './untold.ts';

/** What lies in Redis begins with this; its number is that of the form of it all. */
export const PREFIX = 'chorus:cache:1:';

/** So many invalidations the log holds at least, for gateways that begin or come back. */
const LONG_LOG = 10_000;
const PAGE = 1_000;
/** How long Redis waits for something to tell. */
const BLOCK_MS = 200;
/** The log goes so long after the last gateway. */
const LASTING_SECONDS = 24 * 60 * 60;
/** Whoever waits for an invalidation to be told waits no longer. */
const TELL_MS = 1_000;

interface Entry {
  id: string;
  message: Record<string, string | undefined>;
}

/**
 * The invalidations of all gateways in one order: a stream in Redis. With the stream goes its era, the name of a group that
 * nobody is in: a flush takes both, so that an era that has changed says that anything may be missing.
 */
export class Log {
  /** Milliseconds that Redis's clock is ahead of `performance.now()`. */
  ahead = 0;
  remembered = new Remembered();
  readonly untold = new Untold();
  /** Empty while there is none. */
  #era = '';
  /** The last entry that was read. */
  #since = '0-0';
  readonly #self = randomUUID();
  readonly #reader: Connection;
  readonly #writer: Connection;
  /** Of a connection, what the name of the log ends in. */
  #server = { connection: '', id: '' };
  readonly #telling = new Set<Promise<boolean>>();
  #refusal: unknown;
  #isRead = false;
  /** What was read since the end of the log was seen. */
  #missed = { first: BEGINNING, count: 0 };

  constructor(reader: Connection, writer: Connection) {
    this.#reader = reader;
    this.#writer = writer;
  }

  /** The last invalidation that was read; undefined unless all before it were. */
  get mark(): Mark | undefined {
    return this.#isRead ? { era: this.#era, since: this.#since } : undefined;
  }

  /** The stream; a server that was started again has another one, since it may have lost the end of the first. */
  get #key(): string {
    return `${PREFIX}log:${this.#server.id}`;
  }

  /**
   * Reads on, and waits a little for something new at the end; `forget` is told what others have forgotten. Tells whether
   * the end was seen, and whether there was anything.
   */
  async turn(
    forget: (forgettings: readonly Forgetting[]) => void,
  ): Promise<{ isAll: boolean; isAny: boolean }> {
    await this.#tellWaiting();
    await this.#findServer();
    const { client } = this.#reader;
    const key = this.#key;
    const wait = this.#isRead ? { BLOCK: BLOCK_MS } : undefined;
    const [read, groups, , time] = await Promise.all([
      client.xRead({ key, id: this.#since }, { COUNT: PAGE, ...wait }),
      client.xInfoGroups(key).catch(noneOfNone),
      // A replica, which may be behind, refuses to write.
      client.expire(key, LASTING_SECONDS),
      client.time(),
    ]);
    const names = groups.map(({ name }) => name);
    const era = names.toSorted().join('.');
    if (era === '') await client.xGroupCreate(key, randomUUID(), '0', { MKSTREAM: true });
    if (era === '' || era !== this.#era) {
      this.#restart(era);
      forget([{}]);
      return { isAll: false, isAny: true };
    }
    this.ahead = Number(time[0]) * 1000 + Number(time[1]) / 1000 - performance.now();
    const entries = (read?.[0]?.messages ?? []) as Entry[];
    const told = entries.flatMap((entry) => this.#take(entry));
    this.#isRead = entries.length < PAGE;
    if (this.#isRead) told.push(...this.#afterAll());
    if (told.length > 0) forget(told);
    return { isAll: this.#isRead, isAny: entries.length > 0 };
  }

  /** Tells all gateways, again and again if need be; of whether that is done within a second. */
  async tell(forgetting: Forgetting): Promise<boolean> {
    const { number, told } = this.untold.add(forgetting);
    void this.#tellNumber(number);
    return Promise.race([told.then(() => true), pause(TELL_MS, false, { ref: false })]);
  }

  /** Waits until all is told, but not for long. */
  async tellRest(ms: number): Promise<void> {
    if (this.untold.isEmpty()) return;
    const rest = this.#tellWaiting().then(() => Promise.all(this.#telling));
    await Promise.race([rest.catch(() => undefined), pause(ms, undefined, { ref: false })]);
  }

  async #findServer(): Promise<void> {
    const { client, name } = this.#reader;
    if (name === this.#server.connection) return;
    const [, id] = /^run_id:(\S+)/m.exec(await client.info('server')) ?? [];
    if (id === undefined) throw new Error('Redis does not tell which server it is');
    this.#server = { connection: name, id };
  }

  #restart(era: string): void {
    this.#era = era;
    this.#since = '0-0';
    this.remembered = new Remembered();
    this.untold.restart();
    this.#isRead = false;
    this.#missed.count = 0;
  }

  /** What others have forgotten, as far as one entry tells. */
  #take({ id, message }: Entry): Forgetting[] {
    const { by, number, forgetting } = message;
    const [place, told] = [placeOf(id) ?? BEGINNING, readForgetting(forgetting)];
    this.#since = id;
    if (this.#missed.count === 0) this.#missed.first = place;
    this.#missed.count += 1;
    this.remembered.add(place, told);
    if (by !== this.#self) return [told];
    this.untold.delete(Number(number));
    return [];
  }

  /** Redis may have dropped what came before, if there was very much. */
  #afterAll(): Forgetting[] {
    const { first, count } = this.#missed;
    this.#missed.count = 0;
    if (count < LONG_LOG) return [];
    this.remembered.startFrom(first);
    return [{}];
  }

  async #tellWaiting(): Promise<void> {
    if (this.#era === '') return;
    for (const number of this.untold.waiting()) if (!(await this.#tellNumber(number))) throw this.#refusal;
  }

  #tellNumber(number: number): Promise<boolean> {
    const telling = this.#tellOnce(number).finally(() => this.#telling.delete(telling));
    this.#telling.add(telling);
    return telling;
  }

  async #tellOnce(number: number): Promise<boolean> {
    const forgetting = this.untold.begin(number);
    if (forgetting === undefined) return true;
    const era = this.#era;
    const isTold = era !== '' && (await this.#append(number, forgetting)) && era === this.#era;
    this.untold.end(number, isTold);
    return isTold;
  }

  async #append(number: number, forgetting: Forgetting): Promise<boolean> {
    const { client } = this.#writer;
    const message = { by: this.#self, number: String(number), forgetting: JSON.stringify(forgetting) };
    const TRIM = { strategy: 'MAXLEN', strategyModifier: '~', threshold: LONG_LOG } as const;
    const key = this.#key;
    try {
      // Without a log it says nothing, and everybody forgets everything as soon as they see that.
      await client.xAddNoMkStream(key, '*', message, { TRIM });
      return true;
    } catch (failure) {
      this.#refusal = failure;
      // A log that takes no more, because memory is full, has to go: everybody then forgets everything.
      return failure instanceof ErrorReply && succeeds(client.del(key));
    }
  }
}

const succeeds = (promise: Promise<unknown>): Promise<boolean> =>
  promise.then(
    () => true,
    () => false,
  );

/** There is no log yet, or not any more. */
function noneOfNone(failure: unknown): [] {
  if (failure instanceof ErrorReply && failure.message.includes('no such key')) return [];
  throw failure;
}
