import { and, between, eq, sql, type SQL } from 'drizzle-orm';
import type { Scope } from '../context.ts';
import { subscription } from '../subscriptions/subscriptions.table.ts';
import type { UsageEvent } from './cloud-event.ts';
import { METERS } from './meters.ts';
import { usageDay, usageEvent, usageUnique } from './usage.table.ts';

/** What names an event within its tenant. */
export interface StoredEvent {
  source: string;
  id: string;
  late: boolean;
}

/**
 * Events of one tenant are stored side by side (`shared`), but never beside a rebuild or the end of a billing period
 * (`exclusive`), which must see every event or none of it. A statement of its own, because the next one's snapshot
 * must come after the wait.
 */
export async function lockUsage({ db, tenantId }: Scope, mode: 'shared' | 'exclusive'): Promise<void> {
  const key = sql`hashtextextended(${tenantId}, 4004)`;
  await db.execute(
    mode === 'shared'
      ? sql`select pg_advisory_xact_lock_shared(${key})`
      : sql`select pg_advisory_xact_lock(${key})`,
  );
}

const json = (rows: readonly unknown[]): SQL => sql`${JSON.stringify(rows)}::text::json`;

const catalogue = METERS.map(({ key, type, aggregation, property, among }) => ({
  meter: key,
  type,
  aggregation,
  property,
  among_property: among?.property,
  among_value: among?.value,
}));

const maxima = METERS.filter(({ aggregation }) => aggregation === 'MAX').map(({ key }) => key);

/**
 * Adds events called `stored` to the rollups: the one place that says what a meter makes of an event, for what comes and
 * for what is rebuilt. Rows are written in the order of their keys, so that no two batches wait for each other.
 */
const counted = (tenantId: string): SQL => sql`
  measured as (
    select meter.meter, meter.aggregation, stored.booked_day as day, stored.subject,
      case when meter.property is null then 1 else (stored.data ->> meter.property)::numeric end as value
    from stored join json_to_recordset(${json(catalogue)})
      as meter (meter text, type text, aggregation text, property text, among_property text, among_value text)
      on meter.type = stored.type
    where meter.among_property is null or stored.data ->> meter.among_property = meter.among_value
  ), new_unique as (
    insert into ${usageUnique} (tenant_id, meter, day, key)
    select distinct ${tenantId}::uuid, meter, day, subject from measured where aggregation = 'UNIQUE_COUNT'
    order by meter, day, subject
    on conflict do nothing
    returning meter, day
  ), change as (
    select meter, day, case aggregation when 'MAX' then max(value) when 'UNIQUE_COUNT' then 0 else sum(value) end as value,
      count(*) as events
    from measured group by meter, aggregation, day
    union all select meter, day, count(*), 0 from new_unique group by meter, day
  ), rolled_up as (
    insert into ${usageDay} (tenant_id, meter, day, value, events)
    select ${tenantId}::uuid, meter, day, sum(value), sum(events) from change group by meter, day order by meter, day
    on conflict (tenant_id, meter, day) do update
    set events = usage_day.events + excluded.events,
      value = case when usage_day.meter = any(${sql.param(maxima)}::text[])
        then greatest(usage_day.value, excluded.value) else usage_day.value + excluded.value end
  )`;

/**
 * Stores the events that are not there yet and counts them, in one statement; answers those. An event of an earlier
 * billing period counts on the first day of the current one.
 */
export async function storeUsage(
  { db, tenantId }: Scope,
  events: readonly UsageEvent[],
): Promise<StoredEvent[]> {
  const rows = await db.execute<{ source: string; id: string; late: boolean }>(sql`
    with sent as (
      select sent.*, (sent.time at time zone 'UTC')::date as day, (
        select (period_start at time zone 'UTC')::date from ${subscription}
        where tenant_id = ${tenantId} and status <> 'CANCELLED') as first_day
      from json_to_recordset(${json(events)})
        as sent (source text, id text, type text, subject text, time timestamptz, data jsonb)
    ), stored as (
      insert into ${usageEvent} (tenant_id, source, id, type, subject, time, booked_day, late, data)
      select ${tenantId}::uuid, source, id, type, subject, time, greatest(day, first_day),
        coalesce(day < first_day, false), data
      from sent order by source, id
      on conflict do nothing
      returning source, id, type, subject, booked_day, late, data
    ), ${counted(tenantId)}
    select source, id, late from stored`);
  return [...rows];
}

const ofDay = (
  { tenantId }: Scope,
  table: typeof usageDay | typeof usageUnique,
  from: string,
  to: string,
): SQL | undefined => and(eq(table.tenantId, tenantId), between(table.day, from, to));

/** Forgets what meters say of some days, for `countAgain`; answers whether they said anything. */
export async function forgetRollups(scope: Scope, from: string, to: string): Promise<boolean> {
  await scope.db.delete(usageUnique).where(ofDay(scope, usageUnique, from, to));
  const gone = await scope.db
    .delete(usageDay)
    .where(ofDay(scope, usageDay, from, to))
    .returning({ day: usageDay.day });
  return gone.length > 0;
}

/** Counts what was stored for some days, where nothing is counted yet; answers how many events that were. */
export async function countAgain({ db, tenantId }: Scope, from: string, to: string): Promise<number> {
  const [row] = await db.execute<{ events: number }>(sql`
    with stored as (
      select source, id, type, subject, booked_day, late, data from ${usageEvent}
      where tenant_id = ${tenantId} and booked_day between ${from} and ${to}
    ), ${counted(tenantId)}
    select count(*)::int as events from stored`);
  return row?.events ?? 0;
}
