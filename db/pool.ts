import postgres, { type ReservedSql, type Sql } from 'postgres';
import { AppError } from '@chorus/shared/errors.ts';

export interface PoolOptions {
  max?: number;
  /** How long a request may wait for a connection, in milliseconds. */
  acquireMs?: number;
  /** How many may wait; one more is refused at once. */
  maxWaiting?: number;
  /** How long one statement may run, in milliseconds. */
  statementMs?: number;
  applicationName?: string;
}

interface Waiting {
  resolve(): void;
  timer: NodeJS.Timeout;
}

/**
 * Connections with the two limits postgres.js lacks: a deadline for getting one and a bound on the queue, so that
 * a full pool refuses quickly instead of holding every request.
 */
export class Pool {
  readonly sql: Sql;
  /** How long an answer is waited for: longer than the server lets a statement run, so that its error comes first. */
  readonly waitMs: number;
  readonly #acquireMs: number;
  readonly #maxWaiting: number;
  readonly #waiting = new Set<Waiting>();
  #free: number;

  constructor(url: string, options: PoolOptions = {}) {
    const max = options.max ?? 10;
    const statementMs = options.statementMs ?? 10_000;
    this.waitMs = statementMs + 2_000;
    this.#acquireMs = options.acquireMs ?? 2_000;
    this.#maxWaiting = options.maxWaiting ?? 500;
    this.#free = max;
    this.sql = postgres(url, {
      max,
      connect_timeout: 5,
      onnotice: () => undefined,
      connection: {
        application_name: options.applicationName ?? 'chorus',
        statement_timeout: statementMs,
        idle_in_transaction_session_timeout: 30_000,
      },
    });
  }

  /** @throws AppError OVERLOADED when no connection comes free in time. */
  async use<T>(work: (connection: ReservedSql) => Promise<T>): Promise<T> {
    await this.#acquire();
    try {
      const connection = await this.#reserve();
      try {
        return await work(connection);
      } finally {
        connection.release();
      }
    } finally {
      this.#release();
    }
  }

  async #reserve(): Promise<ReservedSql> {
    try {
      return await this.sql.reserve();
    } catch (cause) {
      throw new AppError('SUBGRAPH_UNAVAILABLE', undefined, { cause });
    }
  }

  #acquire(): Promise<void> {
    if (this.#free > 0) {
      this.#free -= 1;
      return Promise.resolve();
    }
    if (this.#waiting.size >= this.#maxWaiting) return Promise.reject(new AppError('OVERLOADED'));
    return new Promise((resolve, reject) => {
      const timer = setTimeout(() => {
        this.#waiting.delete(waiting);
        reject(new AppError('OVERLOADED'));
      }, this.#acquireMs);
      const waiting: Waiting = { resolve, timer };
      this.#waiting.add(waiting);
    });
  }

  #release(): void {
    const [next] = this.#waiting;
    if (next === undefined) {
      this.#free += 1;
      return;
    }
    this.#waiting.delete(next);
    clearTimeout(next.timer);
    next.resolve();
  }

  end(): Promise<void> {
    return this.sql.end({ timeout: 3 });
  }
}
