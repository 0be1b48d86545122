import { sql } from 'drizzle-orm';
import type { Scope } from '../context.ts';
import type { Aggregation } from './meters.ts';
import { usageDay, usageUnique } from './usage.table.ts';
import type { DayRange } from './usage-range.ts';

/** What a meter says of a day, or of the whole range where `day` is null; `quantity` is exact decimal text. */
export interface Reading {
  meter: string;
  day: string | null;
  quantity: string;
  events: number;
}

export interface Read {
  key: string;
  aggregation: Aggregation;
}

/** Days and totals in one statement, so that they are of one moment; what nobody used is not among them. */
export async function readMeters(
  { db, tenantId }: Scope,
  meters: readonly Read[],
  { from, to }: DayRange,
): Promise<Reading[]> {
  const rows = await db.execute<{ meter: string; day: string | null; quantity: string; events: number }>(sql`
    with meter as (
      select * from json_to_recordset(${JSON.stringify(meters)}::text::json) as meter (key text, aggregation text)
    ), daily as (
      select meter.key as meter, meter.aggregation, day, value, events
      from meter join ${usageDay} on usage_day.meter = meter.key
      where usage_day.tenant_id = ${tenantId} and day between ${from} and ${to}
    ), subjects as (
      select usage_unique.meter, count(distinct usage_unique.key) as value
      from meter join ${usageUnique} on usage_unique.meter = meter.key
      where usage_unique.tenant_id = ${tenantId} and day between ${from} and ${to}
      group by usage_unique.meter
    )
    select meter, day::text as day, trim_scale(value)::text as quantity, events::float8 as events from daily
    union all
    select daily.meter, null, trim_scale(case daily.aggregation when 'MAX' then max(daily.value)
      when 'UNIQUE_COUNT' then coalesce(max(subjects.value), 0) else sum(daily.value) end)::text, sum(events)::float8
    from daily left join subjects on subjects.meter = daily.meter group by daily.meter, daily.aggregation
    order by 1, 2 nulls last`);
  return [...rows];
}
