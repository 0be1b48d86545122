import { Pool, type PoolOptions } from './pool.ts';
import {
  BEGIN,
  COMMIT,
  ROLLBACK,
  drizzleOver,
  execute,
  runPipelined,
  setTenant,
  withDeadline,
  type Db,
  type Run,
  type Statement,
} from './pipeline.ts';

/** What every query function takes first, so that none can forget its tenant. */
export interface Scope {
  db: Db;
  tenantId: string;
}

export interface DatabaseOptions extends PoolOptions {
  /** Sees every statement's text before it is sent; tests count with it. */
  onStatement?: (text: string) => void;
}

/** One service's own database, reached only through a tenant (or explicitly through none). */
export class Database {
  readonly pool: Pool;
  readonly #onStatement: ((text: string) => void) | undefined;

  constructor(url: string, options: DatabaseOptions = {}) {
    this.pool = new Pool(url, options);
    this.#onStatement = options.onStatement;
  }

  /** A handle whose every awaited statement is its own transaction of `tenantId`, in one network flight. */
  statements(tenantId: string | null): Db {
    return drizzleOver(this.pool, async (statement) => {
      this.#onStatement?.(statement.text);
      const [result] = await runPipelined(this.pool, tenantId, [statement]);
      return unwrap(result);
    });
  }

  /** A handle whose statements of one tick share one transaction; for batched loads. */
  batched(tenantId: string | null): Db {
    let batch: {
      statement: Statement;
      settle: (result: PromiseSettledResult<Awaited<ReturnType<Run>>>) => void;
    }[] = [];
    const flush = async () => {
      const sent = batch;
      batch = [];
      try {
        const results = await runPipelined(
          this.pool,
          tenantId,
          sent.map(({ statement }) => statement),
        );
        for (const [index, result] of results.entries()) sent[index]?.settle(result);
      } catch (reason) {
        for (const { settle } of sent) settle({ status: 'rejected', reason });
      }
    };
    return drizzleOver(this.pool, (statement) => {
      this.#onStatement?.(statement.text);
      if (batch.length === 0) process.nextTick(() => void flush());
      return new Promise((resolve, reject) => {
        batch.push({
          statement,
          settle: (result) =>
            result.status === 'fulfilled' ? resolve(result.value) : reject(toError(result.reason)),
        });
      });
    });
  }

  /** One interactive transaction of `tenantId`; rolled back when `work` throws. */
  transaction<T>(tenantId: string | null, work: (db: Db) => Promise<T>): Promise<T> {
    return this.pool.use(async (connection) => {
      const run = (statement: Statement) => withDeadline(execute(connection, statement), this.pool.waitMs);
      await Promise.all([run(BEGIN), run(setTenant(tenantId))]);
      try {
        const db = drizzleOver(this.pool, (statement) => {
          this.#onStatement?.(statement.text);
          return run(statement);
        });
        const result = await work(db);
        await run(COMMIT);
        return result;
      } catch (error) {
        await run(ROLLBACK).catch(() => undefined);
        throw error;
      }
    });
  }

  end(): Promise<void> {
    return this.pool.end();
  }
}

function unwrap<T>(result: PromiseSettledResult<T> | undefined): T {
  if (result?.status === 'fulfilled') return result.value;
  throw toError(result?.reason);
}

const toError = (reason: unknown): Error => (reason instanceof Error ? reason : new Error(String(reason)));
