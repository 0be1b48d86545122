import { transactionOf } from '@chorus/db/context.ts';
import type { Database } from '@chorus/db/database.ts';
import { GLOBAL } from '@chorus/shared/event-bus.ts';
import type { Services } from '../context.ts';
import { markEvaluated } from './flags.queries.ts';

const AGAIN_MS = 60_000;

/** Writes down which flags frontends look at, at most once a minute for each; `database` is reached as the worker role. */
export function flagUses(database: Database): Services['noteFlags'] {
  const noted = new Map<string, number>();
  return async (keys) => {
    const now = new Date();
    const due = keys.filter((key) => now.getTime() - (noted.get(key) ?? 0) >= AGAIN_MS);
    if (due.length === 0) return;
    await transactionOf(database, GLOBAL, (transaction) => markEvaluated(transaction, due, now));
    for (const key of due) noted.set(key, now.getTime());
  };
}
