import type { ResolversTypes } from '../generated/schema.ts';
import type { createTracker } from './trackers.service.ts';

/** What a new tracker's outcome looks like to a client. */
export function createTrackerResult(
  outcome: Awaited<ReturnType<typeof createTracker>>,
  name: string,
): Awaited<ResolversTypes['CreateTrackerResult']> {
  if (outcome === 'name-taken') {
    return { __typename: 'TrackerNameTaken', message: `A tracker named ${name} exists.` };
  }
  if (outcome === 'limit-reached') {
    return { __typename: 'TrackerLimitReached', message: 'A tenant has at most 500 trackers.' };
  }
  if ('invalid' in outcome) return { __typename: 'TrackerInvalid', message: outcome.invalid };
  const tracker = { __typename: 'Tracker' as const, ...outcome };
  return tracker;
}

export const deleteTrackerResult = (
  deleted: boolean,
  id: string,
): Awaited<ResolversTypes['DeleteTrackerResult']> =>
  deleted
    ? { __typename: 'TrackerDeleted', id }
    : { __typename: 'TrackerNotFound', message: 'There is no such tracker.' };
