import { and, between, desc, eq, getTableColumns, gt, sql } from 'drizzle-orm';
import { callerRows } from '@chorus/db/conditions.ts';
import type { CallerScope } from '../context.ts';
import type { DayRange } from '../volume/day-range.ts';
import { mentionVolume } from '../volume/volume.table.ts';

export interface TrackerShareRow {
  trackerId: string;
  count: number;
  share: number;
}

const MOST = 100;
const count = sql<number>`sum(${mentionVolume.count})`.mapWith(Number);

/** Trackers with mentions in the range, the largest first; shares are parts of all trackers together. */
export function countsByTracker(
  scope: CallerScope,
  { from, to }: DayRange,
  trackers: ReadonlySet<string> | 'all',
): Promise<TrackerShareRow[]> {
  const among =
    trackers === 'all'
      ? undefined
      : sql`${mentionVolume.trackerId} = any(${sql.param([...trackers])}::uuid[])`;
  return scope.db
    .select({
      trackerId: mentionVolume.trackerId,
      count,
      share: sql<number>`sum(${mentionVolume.count}) / sum(sum(${mentionVolume.count})) over ()`.mapWith(
        Number,
      ),
    })
    .from(mentionVolume)
    .where(
      and(
        eq(mentionVolume.tenantId, scope.tenantId),
        between(mentionVolume.day, from, to),
        callerRows(scope, 'reports.read', getTableColumns(mentionVolume)),
        among,
      ),
    )
    .groupBy(mentionVolume.trackerId)
    .having(gt(count, 0))
    .orderBy(desc(count), mentionVolume.trackerId)
    .limit(MOST);
}
