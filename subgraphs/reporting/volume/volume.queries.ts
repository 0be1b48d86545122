import { and, asc, between, eq, getTableColumns, gt, sql, type SQL } from 'drizzle-orm';
import { callerRows } from '@chorus/db/conditions.ts';
import type { CallerScope, Scope } from '../context.ts';
import type { DayRange } from './day-range.ts';
import { mentionVolume } from './volume.table.ts';

export interface DayCount {
  day: string;
  count: number;
}

/** A change of one tracker's day; negative when posts were deleted. */
export interface CountChange extends DayCount {
  trackerId: string;
}

/** One tracker's range as the key of a batched load, so that ranges may differ within one statement. */
export type VolumeKey = `${string} ${string} ${string}`;

const total = sql<number>`sum(${mentionVolume.count})`.mapWith(Number);

const readable = (scope: CallerScope) => callerRows(scope, 'reports.read', getTableColumns(mentionVolume));

/** Per day the whole tenant, some trackers of it together, or one. */
export function dailyVolume(
  scope: CallerScope,
  { from, to }: DayRange,
  trackers?: string | readonly string[],
): Promise<DayCount[]> {
  return scope.db
    .select({ day: mentionVolume.day, count: total })
    .from(mentionVolume)
    .where(
      and(
        eq(mentionVolume.tenantId, scope.tenantId),
        between(mentionVolume.day, from, to),
        readable(scope),
        ofTrackers(trackers),
      ),
    )
    .groupBy(mentionVolume.day)
    .having(gt(total, 0))
    .orderBy(asc(mentionVolume.day));
}

function ofTrackers(trackers: string | readonly string[] | undefined): SQL | undefined {
  if (trackers === undefined) return undefined;
  if (typeof trackers === 'string') return eq(mentionVolume.trackerId, trackers);
  return sql`${mentionVolume.trackerId} = any(${sql.param(trackers)}::uuid[])`;
}

/** The days of many trackers, each in its own range, in one statement. */
export async function volumesByKey(scope: CallerScope, keys: readonly VolumeKey[]) {
  const parts = keys.map((key) => key.split(' '));
  const column = (index: number) => sql`${sql.param(parts.map((part) => part[index] ?? ''))}::text[]`;
  const wanted = sql`unnest(${column(0)}::uuid[], ${column(1)}::date[], ${column(2)}::date[])
    with ordinality as wanted (tracker_id, from_day, to_day, ordinal)`;
  const rows = await scope.db
    .select({
      ordinal: sql<number>`wanted.ordinal`.mapWith(Number),
      day: mentionVolume.day,
      count: mentionVolume.count,
    })
    .from(mentionVolume)
    .innerJoin(
      wanted,
      sql`${mentionVolume.trackerId} = wanted.tracker_id and ${mentionVolume.day} between wanted.from_day and wanted.to_day`,
    )
    .where(and(eq(mentionVolume.tenantId, scope.tenantId), gt(mentionVolume.count, 0), readable(scope)))
    .orderBy(sql`wanted.ordinal`, asc(mentionVolume.day));
  const volumes = new Map<VolumeKey, DayCount[]>(keys.map((key) => [key, []]));
  for (const { ordinal, day, count } of rows) {
    const key = keys[ordinal - 1];
    if (key !== undefined) volumes.get(key)?.push({ day, count });
  }
  return volumes;
}

/** Adds changes to the counts; several changes of one day in one call are summed first. */
export async function addCounts({ db, tenantId }: Scope, changes: readonly CountChange[]): Promise<void> {
  await db.execute(sql`
    insert into ${mentionVolume} (tenant_id, tracker_id, day, count)
    select ${tenantId}::uuid, change."trackerId", change.day, sum(change.count)
    from json_to_recordset(${JSON.stringify(changes)}::text::json) as change ("trackerId" uuid, day date, count bigint)
    group by change."trackerId", change.day order by change."trackerId", change.day
    on conflict (tenant_id, tracker_id, day) do update set count = mention_volume.count + excluded.count`);
}
