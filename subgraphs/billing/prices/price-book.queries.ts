import { GLOBAL } from '@chorus/shared/event-bus.ts';
import type { PriceBookRecord, PriceMoments } from '@chorus/shared/records.ts';
import { and, eq, gt, sql } from 'drizzle-orm';
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

/** Undefined for a book in which nothing was ever written; everything is of one moment, because it is one statement. */
async function momentsOf({ db, tenantId }: Scope, of: 'price' | 'plans too') {
  const plans = of === 'price' ? sql`` : sql`union select extract(epoch from valid_from) from plan_version`;
  const [row] = await db
    .select({
      revision: priceBook.revision,
      moments: sql<string[]>`array(
        select moment from (
          select extract(epoch from valid_from) as moment from price where tenant_id = ${tenantId} and valid_from is distinct from valid_to
          union select extract(epoch from valid_to) from price where tenant_id = ${tenantId} and valid_from is distinct from valid_to ${plans}
        ) as all_moments where moment is not null order by moment)`,
      subjects: sql<string[]>`array(
        select distinct subject from price where tenant_id = ${tenantId} and subject ~ '^(group|role|seat):' order by subject)`,
    })
    .from(priceBook)
    .where(and(eq(priceBook.tenantId, tenantId), gt(priceBook.revision, 0)));
  return row;
}

/** A moment within a second has passed at the end of that second. */
const split = (moments: readonly string[], nowS: number): Pick<PriceMoments, 'since' | 'coming'> => {
  const seconds = [...new Set(moments.map((moment) => Math.ceil(Number(moment))))];
  return {
    since: seconds.findLast((second) => second <= nowS) ?? 0,
    coming: seconds.filter((second) => second > nowS),
  };
};

/** What the gateways know of a tenant's contract; undefined when it never had one. */
export async function contractMoments(scope: Scope): Promise<PriceMoments | undefined> {
  const row = await momentsOf(scope, 'price');
  return row && { revision: row.revision, ...split(row.moments, Date.now() / 1000) };
}

/** What the gateways know of all other prices and of plans. */
export async function priceBookRecord({ db }: Pick<Scope, 'db'>): Promise<PriceBookRecord | undefined> {
  const row = await momentsOf({ db, tenantId: GLOBAL }, 'plans too');
  if (row === undefined) return undefined;
  const { revision, subjects, moments } = row;
  return { revision, subjects, ...split(moments, Date.now() / 1000) };
}
