const RFC_3339 = /^(\d{4})-(\d{2})-(\d{2})T\d{2}:\d{2}:\d{2}(?:\.\d{1,9})?(?:Z|[+-]\d{2}:\d{2})$/;

/** A moment written as RFC 3339 says; undefined for anything else, days that do not exist included. */
export function rfc3339(text: string): Date | undefined {
  const upper = text.toUpperCase();
  const [, year, month, day] = RFC_3339.exec(upper) ?? [];
  if (Number(day) > new Date(Date.UTC(Number(year), Number(month), 0)).getUTCDate()) return undefined;
  const time = year === undefined ? Number.NaN : Date.parse(upper);
  return Number.isNaN(time) ? undefined : new Date(time);
}
