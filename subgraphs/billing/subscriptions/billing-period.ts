/** The same moment so many months later; the last day of a shorter month stands for days it does not have. */
export function monthsAfter(start: Date, months: number): Date {
  const next = new Date(start);
  next.setUTCMonth(start.getUTCMonth() + months);
  if (next.getUTCDate() !== start.getUTCDate()) next.setUTCDate(0);
  return next;
}

export const monthAfter = (start: Date): Date => monthsAfter(start, 1);

/** The month of a subscription that a moment is in, counted from the day it began on. */
export function periodAt(anchor: Date, at: Date): { start: Date; end: Date } {
  const months =
    (at.getUTCFullYear() - anchor.getUTCFullYear()) * 12 + at.getUTCMonth() - anchor.getUTCMonth();
  const passed = monthsAfter(anchor, months) <= at ? months : months - 1;
  return { start: monthsAfter(anchor, passed), end: monthsAfter(anchor, passed + 1) };
}
