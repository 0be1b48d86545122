/** The same moment one month later; the last day of a shorter month stands for days it does not have. */
export function monthAfter(start: Date): Date {
  const next = new Date(start);
  next.setUTCMonth(start.getUTCMonth() + 1);
  if (next.getUTCDate() !== start.getUTCDate()) next.setUTCDate(0);
  return next;
}
