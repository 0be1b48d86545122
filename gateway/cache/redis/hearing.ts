import { setTimeout as pause } from 'node:timers/promises';
import type { Logger } from '@chorus/shared/log.ts';
import { ErrorReply } from '@redis/client';
import type { Forgetting } from '../forget.ts';
import type { Connection } from './connection.ts';
import type { Log } from './log.ts';

const RETRY_MS = 50;
/** When Redis was away for everybody, others need so long to tell what they could not. */
const SETTLE_MS = 1_000;
/** Invalidations that come one by one are taken together, since each means to look through all that is kept. */
const GATHER_MS = 20;
const LOOK_MS = 1_000;

/** Reads the log for as long as the gateway runs, and knows until when all of it was read. */
export class Hearing {
  #heardUntil = -Infinity;
  #settledAt = -Infinity;
  #isOver = false;
  #look: NodeJS.Timeout | undefined;
  #failure: unknown;
  readonly #silentMs: number;
  readonly #log: Log;
  readonly #connections: readonly Connection[];

  /** @param silentMs how long what was read last may be taken for all there is */
  constructor(log: Log, connections: readonly Connection[], silentMs: number) {
    this.#silentMs = silentMs;
    this.#log = log;
    this.#connections = connections;
  }

  readonly isHeard = (): boolean => {
    const now = performance.now();
    return now - this.#heardUntil < this.#silentMs && now >= this.#settledAt;
  };

  start(forget: (forgettings: readonly Forgetting[]) => void, log: Logger): void {
    void this.#read(forget);
    let wasHeard = true;
    this.#look = setInterval(() => {
      const isHeard = this.isHeard();
      if (wasHeard && !isHeard)
        log.warn({ error: this.#failure }, 'Redis is away: nothing that is kept is served until it is back');
      if (!wasHeard && isHeard) log.info('Redis is back');
      wasHeard = isHeard;
    }, LOOK_MS);
    this.#look.unref();
  }

  stop(): void {
    this.#isOver = true;
    clearInterval(this.#look);
  }

  async #read(forget: (forgettings: readonly Forgetting[]) => void): Promise<void> {
    while (!this.#isOver) {
      // What others tell from now on may not be among what is read.
      const began = performance.now();
      try {
        const { isAll, isAny } = await this.#log.turn(forget);
        if (isAll) this.#hear(began);
        if (isAll && isAny) await pause(GATHER_MS);
      } catch (failure) {
        this.#failure = this.#connections.find((one) => !one.client.isReady)?.failure ?? failure;
        // A server that refuses to read or to write may not be the one in charge any more.
        if (failure instanceof ErrorReply && !this.#isOver) this.#renew();
        await pause(failure instanceof ErrorReply ? LOOK_MS : RETRY_MS, undefined, { ref: false });
      }
    }
  }

  #hear(until: number): void {
    const isBack = until - this.#heardUntil >= this.#silentMs;
    if (isBack && this.#heardUntil > 0) this.#settledAt = performance.now() + SETTLE_MS;
    this.#heardUntil = until;
  }

  #renew(): void {
    for (const connection of this.#connections) connection.renew();
  }
}
