import { AppError } from '@chorus/shared/errors.ts';
import type { Context } from '../context.ts';
import { dayRange, type DayRangeArguments } from '../volume/day-range.ts';
import { trackersFor } from '../volume/volume.service.ts';
import { countsByTracker, type TrackerShareRow } from './share-of-voice.queries.ts';

/** The trackers the caller may read by their part of what all of them heard. */
export async function shareOfVoice(ctx: Context, days: DayRangeArguments): Promise<TrackerShareRow[]> {
  const trackers = trackersFor(ctx);
  if (!ctx.identity.flags.includes('share_of_voice')) throw new AppError('FEATURE_DISABLED');
  return countsByTracker(ctx, dayRange(days), trackers);
}
