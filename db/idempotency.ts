import { createHash } from 'node:crypto';
import { and, eq, lt, sql } from 'drizzle-orm';
import { AppError } from '@chorus/shared/errors.ts';
import type { Scope } from './database.ts';
import { idempotentAnswer } from './idempotency.table.ts';

const LONGEST_KEY = 255;
const KEPT_MS = 86_400_000;
const LOCK_SEED = 7_002;

/** A mutation as its client sent it; without a key each call is its own. */
export interface Repeatable {
  key: string | null | undefined;
  operation: string;
  /** Its input, with or without the key itself. */
  input: object;
}

/**
 * Does something once for each key of a tenant, within the transaction of its effect: there is no effect without its answer, and no answer
 * without its effect. For a day the same key and input give the first answer. The answer is made of texts, numbers, bigints, dates,
 * lists and objects.
 * @throws AppError IDEMPOTENCY_MISMATCH for a key with another input, CONFLICT while a twin is under way, BAD_USER_INPUT for a key that cannot be
 */
export async function once<T extends object>(
  scope: Scope,
  { key, operation, input }: Repeatable,
  work: () => Promise<T>,
): Promise<T> {
  if (key === null || key === undefined) return work();
  requireKey(key);
  const { db, tenantId } = scope;
  const own = and(eq(idempotentAnswer.tenantId, tenantId), eq(idempotentAnswer.key, key));
  await lockKey(scope, key);
  const [known] = await db.select().from(idempotentAnswer).where(own);
  const request = hashOf(operation, input);
  if (known !== undefined && known.at.getTime() > Date.now() - KEPT_MS) {
    if (known.request !== request) throw new AppError('IDEMPOTENCY_MISMATCH');
    return decoded(known.answer) as T;
  }
  const answer = await work();
  const old = new Date(Date.now() - KEPT_MS);
  await db
    .delete(idempotentAnswer)
    .where(and(eq(idempotentAnswer.tenantId, tenantId), lt(idempotentAnswer.at, old)));
  await db.insert(idempotentAnswer).values({ tenantId, key, request, answer: encoded(answer) });
  return answer;
}

function requireKey(key: string): void {
  if (key === '' || key.length > LONGEST_KEY || key.includes('\0'))
    throw new AppError('BAD_USER_INPUT', `idempotencyKey must be from 1 to ${LONGEST_KEY} characters.`);
}

/** Held until the transaction ends. */
async function lockKey({ db, tenantId }: Scope, key: string): Promise<void> {
  const [lock] = await db.execute<{ held: boolean }>(
    sql`select pg_try_advisory_xact_lock(hashtextextended(${`${tenantId} ${key}`}::text, ${LOCK_SEED})) as held`,
  );
  if (lock?.held !== true)
    throw new AppError('CONFLICT', 'The same request is under way; ask again for its answer.');
}

function hashOf(operation: string, input: object): string {
  const body = encoded({ ...input, idempotencyKey: undefined });
  return createHash('sha256')
    .update(JSON.stringify([operation, body]))
    .digest('base64url');
}

/** JSON that loses no kind, with names in order, so that equal values are equal texts. */
function encoded(value: unknown): unknown {
  if (typeof value === 'bigint') return { $bigint: value.toString() };
  if (value instanceof Date) return { $date: value.toISOString() };
  if (Array.isArray(value)) return value.map(encoded);
  if (typeof value !== 'object' || value === null) return value;
  const named = Object.entries(value).filter(([, inner]) => inner !== undefined);
  return Object.fromEntries(
    named.toSorted(([a], [b]) => (a < b ? -1 : 1)).map(([name, inner]) => [name, encoded(inner)]),
  );
}

function decoded(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(decoded);
  if (typeof value !== 'object' || value === null) return value;
  if ('$bigint' in value) return BigInt(String(value.$bigint));
  if ('$date' in value) return new Date(String(value.$date));
  return Object.fromEntries(Object.entries(value).map(([name, inner]) => [name, decoded(inner)]));
}
