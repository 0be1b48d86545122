/** A change of how many mentions a tracker has on a day, as other services learn it; negative when some are gone. */
export interface CountChange {
  trackerId: string;
  day: string;
  count: number;
}

/** The same as the database answers it. */
export interface CountRow extends Record<string, unknown> {
  tracker_id: string;
  day: string;
  count: string;
}

export const countChange = ({ tracker_id: trackerId, day, count }: CountRow): CountChange => ({
  trackerId,
  day,
  count: Number(count),
});

/** What several changes come to; what cancels out is left out. */
export function totalOf(changes: readonly CountChange[]): CountChange[] {
  const totals = new Map<string, CountChange>();
  for (const { trackerId, day, count } of changes) {
    const key = `${trackerId} ${day}`;
    totals.set(key, { trackerId, day, count: (totals.get(key)?.count ?? 0) + count });
  }
  return [...totals.values()].filter(({ count }) => count !== 0);
}
