/** A month in UTC. */
export interface Month {
  /** As `2026-11`. */
  period: string;
  /** When the next one begins. */
  resetsAt: Date;
}

let current: (Month & { from: number }) | undefined;

/** The month a moment is in; milliseconds since 1970. */
export function monthOf(ms: number): Month {
  // Asked for every request, and nearly always the same.
  if (current !== undefined && ms >= current.from && ms < current.resetsAt.getTime()) return current;
  const date = new Date(ms);
  const [year, month] = [date.getUTCFullYear(), date.getUTCMonth()];
  const resetsAt = new Date(Date.UTC(year, month + 1, 1));
  current = { period: date.toISOString().slice(0, 7), resetsAt, from: Date.UTC(year, month, 1) };
  return current;
}
