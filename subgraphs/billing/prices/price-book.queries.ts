import { GLOBAL } from '@chorus/shared/event-bus.ts';
import type { PriceBookRecord, PriceMoments } from '@chorus/shared/records.ts';
import { eq, sql } from 'drizzle-orm';
import type { Scope } from '../context.ts';
import { priceBook } from './prices.table.ts';

/** Begins every change of a book: its changes happen one after another. */
export async function lockBook({ db, tenantId }: Scope): Promise<void> {
  await db.insert(priceBook).values({ tenantId, revision: 0 }).onConflictDoNothing();
  await db.select().from(priceBook).where(eq(priceBook.tenantId, tenantId)).for('update');
}

/** Ends every change of a book: each is counted. */
export const turnPage = async ({ db, tenantId }: Scope): Promise<void> => {
  await db
    .update(priceBook)
    .set({ revision: sql`${priceBook.revision} + 1` })
    .where(eq(priceBook.tenantId, tenantId));
};

/** Undefined for a book that nobody opened; everything is of one moment, because it is one statement. */
async function momentsOf({ db, tenantId }: Scope) {
  const prices = sql`(
    select subject, valid_from, valid_to from price where ${tenantId}::uuid = ${GLOBAL}::uuid
    union all select subject, valid_from, valid_to from contract_price where tenant_id = ${tenantId}::uuid) as own`;
  const [row] = await db
    .select({
      revision: priceBook.revision,
      moments: sql<number[]>`(
        select coalesce(json_agg(moment order by moment), '[]') from (
          select ceil(extract(epoch from valid_from)) as moment from ${prices} where valid_from is distinct from valid_to
          union select ceil(extract(epoch from valid_to)) from ${prices} where valid_from <> valid_to
          union select ceil(extract(epoch from valid_from)) from plan_version where ${tenantId}::uuid = ${GLOBAL}::uuid
        ) as all_moments)`,
      subjects: sql<string[]>`(
        select coalesce(json_agg(distinct subject), '[]') from ${prices} where subject ~ '^(group|role|seat):')`,
    })
    .from(priceBook)
    .where(eq(priceBook.tenantId, tenantId));
  return row;
}

/** Seconds, in order; what is within a second has passed at its end. */
const split = (moments: readonly number[], nowS: number): Pick<PriceMoments, 'since' | 'coming'> => ({
  since: moments.findLast((moment) => moment <= nowS) ?? 0,
  coming: moments.filter((moment) => moment > nowS),
});

/** What the gateways know of a tenant's contract; undefined when it never had one. */
export async function contractMoments(scope: Scope): Promise<PriceMoments | undefined> {
  const row = await momentsOf(scope);
  if (row === undefined || row.revision === 0) return undefined;
  return { revision: row.revision, ...split(row.moments, Date.now() / 1000) };
}

/** What the gateways know of all other prices and of plans. */
export async function priceBookRecord({ db }: Pick<Scope, 'db'>): Promise<PriceBookRecord | undefined> {
  const row = await momentsOf({ db, tenantId: GLOBAL });
  if (row === undefined) return undefined;
  const { revision, subjects, moments } = row;
  return { revision, subjects, ...split(moments, Date.now() / 1000) };
}

/** How many moments are still to come at which something of a book changes by itself. */
export async function countPlanned(scope: Scope, now: Date): Promise<number> {
  const row = await momentsOf(scope);
  return split(row?.moments ?? [], now.getTime() / 1000).coming.length;
}
