import { AppError } from '@chorus/shared/errors.ts';

const MAX_DAYS = 366;
const DEFAULT_DAYS = 90;
const DAY_MS = 86_400_000;

/** Calendar days in UTC, both included. */
export interface DayRange {
  from: string;
  to: string;
}

export interface DayRangeArguments {
  from?: string | null;
  to?: string | null;
}

const dayOf = (ms: number): string => new Date(ms).toISOString().slice(0, 10);

/**
 * Fills in what the caller left out: the range ends today and is 90 days long.
 * @throws AppError BAD_USER_INPUT
 */
export function dayRange({ from, to }: DayRangeArguments, now = Date.now()): DayRange {
  const last = to ?? dayOf(now);
  const first = from ?? dayOf(Date.parse(last) - (DEFAULT_DAYS - 1) * DAY_MS);
  const days = (Date.parse(last) - Date.parse(first)) / DAY_MS + 1;
  if (days < 1) throw new AppError('BAD_USER_INPUT', `from (${first}) must not be after to (${last}).`);
  if (days > MAX_DAYS) {
    throw new AppError(
      'BAD_USER_INPUT',
      `from ${first} to ${last} is ${days} days; at most ${MAX_DAYS} are allowed.`,
    );
  }
  return { from: first, to: last };
}
