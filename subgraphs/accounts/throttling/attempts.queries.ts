import { sql } from 'drizzle-orm';
import type { Scope } from '../context.ts';
import type { Counter } from './limits.ts';

type Db = Scope['db'];

/** Counts in the order given and stops at the first that is full: false means the attempt must not be verified. */
export async function countAttempt(db: Db, counters: readonly Counter[]): Promise<boolean> {
  const [row] = await db.execute<{ open: boolean }>(sql`
    select count_attempt(${JSON.stringify(counters)}::text::jsonb) as open`);
  return row?.open === true;
}

/** What a success does to the counters: its own failures are forgotten, shared ones lose this attempt only. */
export async function settleAttempt(db: Db, counters: readonly Counter[]): Promise<void> {
  await db.execute(sql`select settle_attempt(${JSON.stringify(counters)}::text::jsonb)`);
}
