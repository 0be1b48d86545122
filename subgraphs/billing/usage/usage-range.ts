import { AppError } from '@chorus/shared/errors.ts';

const DAY_MS = 86_400_000;
const MOST_DAYS = 92;

/** Calendar days in UTC, both included. */
export interface DayRange {
  from: string;
  to: string;
}

const lengthOf = ({ from, to }: DayRange): number => (Date.parse(to) - Date.parse(from)) / DAY_MS + 1;

/** Every day of a range, the first one first. */
export const daysOf = (range: DayRange): string[] =>
  Array.from({ length: lengthOf(range) }, (_, index) =>
    new Date(Date.parse(range.from) + index * DAY_MS).toISOString().slice(0, 10),
  );

/** @throws AppError BAD_USER_INPUT for a range that is backwards or longer than 92 days */
export function requireRange(range: DayRange): void {
  const days = lengthOf(range);
  if (days < 1)
    throw new AppError('BAD_USER_INPUT', `from (${range.from}) must not be after to (${range.to}).`);
  if (days > MOST_DAYS)
    throw new AppError('BAD_USER_INPUT', `That is ${days} days; at most ${MOST_DAYS} are allowed.`);
}
