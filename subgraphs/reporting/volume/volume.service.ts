import { isId } from '@chorus/shared/id.ts';
import type { Context } from '../context.ts';
import { dayRange, type DayRangeArguments } from './day-range.ts';
import { dailyVolume, volumesByKey, type DayCount } from './volume.queries.ts';

/** Mentions per day of the caller's tenant; a tracker of another tenant reads like one that does not exist. */
export async function tenantVolume(
  ctx: Context,
  { trackerId, ...days }: DayRangeArguments & { trackerId?: string | null },
): Promise<DayCount[]> {
  ctx.require('reports.read');
  const range = dayRange(days);
  if (trackerId === null || trackerId === undefined) return dailyVolume(ctx, range);
  return isId(trackerId) ? dailyVolume(ctx, range, trackerId) : [];
}

/** Any number of trackers in one request cost one statement. */
export async function trackerVolume(
  ctx: Context,
  trackerId: string,
  days: DayRangeArguments,
): Promise<DayCount[]> {
  ctx.require('reports.read');
  const { from, to } = dayRange(days);
  if (!isId(trackerId)) return [];
  return (await ctx.load(volumesByKey, `${trackerId} ${from} ${to}` as const)) ?? [];
}
