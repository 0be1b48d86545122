import { AppError } from '@chorus/shared/errors.ts';
import { isId } from '@chorus/shared/id.ts';
import type { Context } from '../context.ts';
import { dayRange, type DayRangeArguments } from './day-range.ts';
import { readableTrackers } from './readable-trackers.ts';
import { dailyVolume, volumesByKey, type DayCount } from './volume.queries.ts';

/** Mentions per day of the caller's tenant; what the caller may not read reads like what does not exist. */
export async function tenantVolume(
  ctx: Context,
  { trackerId, ...days }: DayRangeArguments & { trackerId?: string | null },
): Promise<DayCount[]> {
  const trackers = trackersFor(ctx);
  const range = dayRange(days);
  if (trackerId === null || trackerId === undefined)
    return trackers === 'all' ? dailyVolume(ctx, range) : dailyVolume(ctx, range, [...trackers]);
  return isAmong(trackers, trackerId) ? dailyVolume(ctx, range, trackerId) : [];
}

/** Any number of trackers in one request cost one statement. */
export function trackerVolume(ctx: Context, trackerId: string, days: DayRangeArguments): Promise<DayCount[]> {
  return volumeOf(ctx, trackersFor(ctx), trackerId, days);
}

async function volumeOf(
  ctx: Context,
  trackers: ReadonlySet<string> | 'all',
  trackerId: string,
  days: DayRangeArguments,
): Promise<DayCount[]> {
  const { from, to } = dayRange(days);
  if (!isAmong(trackers, trackerId)) return [];
  return (await ctx.load(volumesByKey, `${trackerId} ${from} ${to}` as const)) ?? [];
}

/** Undefined when no day of the range has a mention. */
export async function busiestDay(
  ctx: Context,
  trackerId: string,
  days: DayRangeArguments,
): Promise<DayCount | undefined> {
  const trackers = trackersFor(ctx);
  if (!ctx.identity.flags.includes('busiest_day')) throw new AppError('FEATURE_DISABLED');
  const volume = await volumeOf(ctx, trackers, trackerId, days);
  return volume.toSorted((one, other) => other.count - one.count)[0];
}

/** Rollups are made of mentions, so they show no more of them than the caller may read. */
export function trackersFor(ctx: Context): ReadonlySet<string> | 'all' {
  ctx.require('reports.read');
  const trackers = readableTrackers(ctx.ability, ctx.tenantId);
  if (trackers === 'unanswerable') throw ctx.denial('mentions.read');
  return trackers;
}

const isAmong = (trackers: ReadonlySet<string> | 'all', trackerId: string): boolean =>
  isId(trackerId) && (trackers === 'all' || trackers.has(trackerId));
