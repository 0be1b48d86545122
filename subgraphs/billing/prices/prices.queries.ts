import { and, asc, eq, or, sql } from 'drizzle-orm';
import { GLOBAL } from '@chorus/shared/event-bus.ts';
import type { Scope } from '../context.ts';
import { chargeModel } from './charge-model.ts';
import { price, type PriceRow } from './prices.table.ts';

/** Something priced for somebody, as a key to load by. */
export const priceKey = (subject: string, item: string): string => JSON.stringify([subject, item]);

/** What the database holds is checked like what comes from outside: nothing is priced by a model that is not understood. */
const checked = (row: PriceRow): PriceRow => ({ ...row, model: chargeModel.parse(row.model) });

/** All prices there are, were and will be, for pairs of a subject and an item (`priceKey`). */
export async function pricesOf({ db, tenantId }: Scope, keys: readonly string[]) {
  const pairs = keys.map((key) => JSON.parse(key) as [string, string]);
  const [subjects, items] = [pairs.map(([subject]) => subject), pairs.map(([, item]) => item)];
  const rows = await db
    .select()
    .from(price)
    .where(
      and(
        or(eq(price.tenantId, tenantId), eq(price.tenantId, GLOBAL)),
        sql`(${price.subject}, ${price.item}) = any (
          select * from unnest(${sql.param(subjects)}::text[], ${sql.param(items)}::text[]))`,
      ),
    );
  return Map.groupBy(rows.map(checked), ({ subject, item }) => priceKey(subject, item)) as ReadonlyMap<
    string,
    PriceRow[]
  >;
}

/** What a new price would stand beside: those of the same thing, currency and units that are not over by its beginning. */
export const overlapping = (
  { db, tenantId }: Scope,
  wanted: Pick<PriceRow, 'subject' | 'item' | 'currency' | 'unitsFrom' | 'unitsTo' | 'validFrom' | 'validTo'>,
): Promise<PriceRow[]> =>
  db
    .select()
    .from(price)
    .where(
      and(
        eq(price.tenantId, tenantId),
        eq(price.subject, wanted.subject),
        eq(price.item, wanted.item),
        eq(price.currency, wanted.currency),
        sql`int8range(units_from, units_to, '[]') && int8range(${wanted.unitsFrom}::bigint, ${wanted.unitsTo}::bigint, '[]')`,
        sql`tstzrange(valid_from, valid_to) && tstzrange(${wanted.validFrom.toISOString()}::timestamptz, ${wanted.validTo?.toISOString() ?? null}::timestamptz)`,
      ),
    )
    .orderBy(asc(price.validFrom), asc(price.id));

export async function insertPrice(
  { db, tenantId }: Scope,
  values: Omit<PriceRow, 'tenantId' | 'createdAt' | 'endedBy' | 'endReason'>,
): Promise<PriceRow> {
  const [row] = await db
    .insert(price)
    .values({ ...values, tenantId })
    .returning();
  if (row === undefined) throw new Error('a price was not written');
  return row;
}

/** Ends prices at a moment; one that has not begun by then never holds. */
export async function endPrices(
  { db, tenantId }: Scope,
  ids: readonly string[],
  { at, by, reason }: { at: Date; by: string; reason: string },
): Promise<void> {
  await db
    .update(price)
    .set({
      validTo: sql`greatest(valid_from, ${at.toISOString()}::timestamptz)`,
      endedBy: by,
      endReason: reason,
    })
    .where(and(eq(price.tenantId, tenantId), sql`${price.id} = any(${sql.param([...ids])}::uuid[])`));
}
