import type { ReservedSql, Row, Sql } from 'postgres';
import { drizzle, type PostgresJsDatabase } from 'drizzle-orm/postgres-js';
import { AppError } from '@chorus/shared/errors.ts';
import type { Pool } from './pool.ts';

export type Db = PostgresJsDatabase<Record<string, never>>;

type SqlParameters = NonNullable<Parameters<Sql['unsafe']>[1]>;

/** One statement as drizzle hands it over; `arrays` asks for rows as arrays of columns. */
export interface Statement {
  text: string;
  parameters: SqlParameters;
  arrays: boolean;
}

type Rows = readonly Row[];
export type Run = (statement: Statement) => Promise<Rows>;

/** Runs when first awaited, because drizzle decides between rows and arrays only then. */
class LazyStatement {
  readonly #run: Run;
  readonly #statement: Omit<Statement, 'arrays'>;

  constructor(run: Run, text: string, parameters: SqlParameters) {
    this.#run = run;
    this.#statement = { text, parameters };
  }

  values(): Promise<Rows> {
    return this.#run({ ...this.#statement, arrays: true });
  }

  // oxlint-disable-next-line unicorn/no-thenable -- drizzle awaits what `unsafe` returns
  then<A, B>(onRows: (rows: Rows) => A, onError: (error: unknown) => B): Promise<A | B> {
    return this.#run({ ...this.#statement, arrays: false }).then(onRows, onError);
  }
}

/** A drizzle handle whose statements go through `run`; costs microseconds, so every scope gets its own. */
export function drizzleOver(pool: Pool, run: Run): Db {
  const client = {
    options: pool.sql.options,
    unsafe: (text: string, parameters: SqlParameters = []) => new LazyStatement(run, text, parameters),
  };
  return drizzle(client as object as Sql);
}

/** Lists have one text per length; they are not kept as prepared statements, or a server would fill up with them. */
const worthPreparing = (text: string): boolean => !text.includes(' in (');

export function execute(connection: ReservedSql, { text, parameters, arrays }: Statement): Promise<Rows> {
  const query = connection.unsafe(text, parameters, { prepare: worthPreparing(text) });
  const pending = arrays ? query.values().execute() : query.execute();
  return pending as Promise<Rows>;
}

/** The transaction-local setting that every row-level-security policy reads; empty means no tenant, and no rows. */
export const setTenant = (tenantId: string | null): Statement => ({
  text: "select set_config('app.tenant_id', $1, true)",
  parameters: [tenantId ?? ''],
  arrays: false,
});

const simple = (text: string): Statement => ({ text, parameters: [], arrays: false });
export const BEGIN = simple('begin');
export const COMMIT = simple('commit');
export const ROLLBACK = simple('rollback');

/**
 * Sends begin, the tenant setting, the statements and commit in one network flight, and answers per statement.
 * A failed statement aborts the transaction, so those behind it fail too and nothing is half-written.
 */
export function runPipelined(
  pool: Pool,
  tenantId: string | null,
  statements: readonly Statement[],
): Promise<PromiseSettledResult<Rows>[]> {
  return pool.use(async (connection) => {
    const flight = [BEGIN, setTenant(tenantId), ...statements, COMMIT].map((statement) =>
      execute(connection, statement),
    );
    const settled = await withDeadline(Promise.allSettled(flight), pool.waitMs);
    const broken = [settled[0], settled[1], settled.at(-1)].find((result) => result?.status === 'rejected');
    const answers = settled.slice(2, -1);
    const failed = answers.find((result) => result.status === 'rejected') ?? broken;
    return failed === undefined ? answers : answers.map(() => failed);
  });
}

/** The server ends slow statements itself; this ends the wait for a server that no longer answers at all. */
export async function withDeadline<T>(work: Promise<T>, ms: number): Promise<T> {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<never>((_, reject) => {
    timer = setTimeout(() => reject(new AppError('SUBGRAPH_UNAVAILABLE')), ms);
  });
  try {
    return await Promise.race([work, late]);
  } finally {
    clearTimeout(timer);
  }
}
