/** When an element of a schema was deprecated, and from when on it may be gone; both at midnight UTC. */
export interface Deprecation {
  deprecated: Date;
  removed: Date;
}

/** How the reason of a `@deprecated` ends when it has dates; it may have words before. */
export const DEPRECATION_FORM = 'Deprecated YYYY-MM-DD, removed YYYY-MM-DD.';

/** For how many days at least what is deprecated stays. */
export const NOTICE_DAYS = 90;

const DAY = 24 * 60 * 60 * 1000;
const ENDING = /(?:^|\s)Deprecated (\d{4}-\d{2}-\d{2}), removed (\d{4}-\d{2}-\d{2})\.$/;

/** The dates of a reason; undefined when it has none in this form, or none that a calendar has in that order. */
export function parseDeprecation(reason: unknown): Deprecation | undefined {
  const [, from, until] = (typeof reason === 'string' ? ENDING.exec(reason) : null) ?? [];
  const deprecated = calendarDay(from);
  const removed = calendarDay(until);
  if (deprecated === undefined || removed === undefined || removed < deprecated) return undefined;
  return { deprecated, removed };
}

/** Whether clients have as long as they are promised. */
export const givesNotice = ({ deprecated, removed }: Deprecation): boolean =>
  removed.getTime() - deprecated.getTime() >= NOTICE_DAYS * DAY;

/** `Date` makes March of February 30th, so a day is one that reads the same afterwards. */
function calendarDay(text: string | undefined): Date | undefined {
  const day = new Date(`${text}T00:00:00Z`);
  return Number.isNaN(day.getTime()) || day.toISOString().slice(0, 10) !== text ? undefined : day;
}
