import { and, asc, eq, sql } from 'drizzle-orm';
import { GLOBAL } from '@chorus/shared/event-bus.ts';
import type { Scope } from '../context.ts';
import { chargeModel } from './charge-model.ts';
import { contractPrice, price, type PriceRow } from './prices.table.ts';

/** Something priced for somebody, as a key to load by. */
export const priceKey = (subject: string, item: string): string => JSON.stringify([subject, item]);

type Table = typeof price | typeof contractPrice;

/** The columns that prices of both tables have. */
const told = (table: Table) => ({
  id: table.id,
  subject: table.subject,
  item: table.item,
  currency: table.currency,
  unitsFrom: table.unitsFrom,
  unitsTo: table.unitsTo,
  validFrom: table.validFrom,
  validTo: table.validTo,
  model: table.model,
  reason: table.reason,
  createdBy: table.createdBy,
  createdAt: table.createdAt,
  endedBy: table.endedBy,
  endReason: table.endReason,
});

/** What the database holds is checked like what comes from outside: nothing is priced by a model that is not understood. */
const checked = (row: PriceRow): PriceRow => ({ ...row, model: chargeModel.parse(row.model) });

/** All prices there are, were and will be, for pairs of a subject and an item (`priceKey`). */
export async function pricesOf({ db, tenantId }: Scope, keys: readonly string[]) {
  const pairs = keys.map((key) => JSON.parse(key) as [string, string]);
  const [subjects, items] = [pairs.map(([subject]) => subject), pairs.map(([, item]) => item)];
  const wanted = ({ subject, item }: Table) => sql`(${subject}, ${item}) = any (
    select * from unnest(${sql.param(subjects)}::text[], ${sql.param(items)}::text[]))`;
  const own = db
    .select(told(contractPrice))
    .from(contractPrice)
    .where(and(eq(contractPrice.tenantId, tenantId), wanted(contractPrice)));
  const rows = await db.select(told(price)).from(price).where(wanted(price)).unionAll(own);
  return Map.groupBy(rows.map(checked), ({ subject, item }) => priceKey(subject, item)) as ReadonlyMap<
    string,
    PriceRow[]
  >;
}

type Wanted = Pick<
  PriceRow,
  'subject' | 'item' | 'currency' | 'unitsFrom' | 'unitsTo' | 'validFrom' | 'validTo'
>;

const beside = (table: Table, { subject, item, currency, unitsFrom, unitsTo, validFrom, validTo }: Wanted) =>
  and(
    eq(table.subject, subject),
    eq(table.item, item),
    eq(table.currency, currency),
    sql`int8range(units_from, units_to, '[]') && int8range(${unitsFrom}::bigint, ${unitsTo}::bigint, '[]')`,
    sql`tstzrange(valid_from, valid_to)
      && tstzrange(${validFrom.toISOString()}::timestamptz, ${validTo?.toISOString() ?? null}::timestamptz)`,
  );

/** What a new price of the scope's book would stand beside: those of the same thing, currency and units that hold at its time. */
export const overlapping = ({ db, tenantId }: Scope, wanted: Wanted): Promise<PriceRow[]> =>
  tenantId === GLOBAL
    ? db
        .select(told(price))
        .from(price)
        .where(beside(price, wanted))
        .orderBy(asc(price.validFrom), asc(price.id))
    : db
        .select(told(contractPrice))
        .from(contractPrice)
        .where(and(eq(contractPrice.tenantId, tenantId), beside(contractPrice, wanted)))
        .orderBy(asc(contractPrice.validFrom), asc(contractPrice.id));

/** A price of the scope's book: the tenant's contract, or in the platform's tenant all other prices. */
export async function insertPrice(
  { db, tenantId }: Scope,
  values: Omit<PriceRow, 'createdAt' | 'endedBy' | 'endReason'>,
): Promise<PriceRow> {
  const [row] =
    tenantId === GLOBAL
      ? await db.insert(price).values(values).returning(told(price))
      : await db
          .insert(contractPrice)
          .values({ ...values, tenantId })
          .returning(told(contractPrice));
  if (row === undefined) throw new Error('a price was not written');
  return row;
}

/** Ends prices of the scope's book at a moment; one that has not begun by then never holds. */
export async function endPrices(
  { db, tenantId }: Scope,
  ids: readonly string[],
  { at, by, reason }: { at: Date; by: string; reason: string },
): Promise<void> {
  const validTo = sql`greatest(valid_from, ${at.toISOString()}::timestamptz)`;
  const ended = { validTo, endedBy: by, endReason: reason };
  const meant = (table: Table) => sql`${table.id} = any(${sql.param([...ids])}::uuid[])`;
  if (tenantId === GLOBAL) await db.update(price).set(ended).where(meant(price));
  else
    await db
      .update(contractPrice)
      .set(ended)
      .where(and(eq(contractPrice.tenantId, tenantId), meant(contractPrice)));
}
