const RFC_3339 =
  /^(?<date>\d{4}-\d{2}-\d{2})T(?<time>\d{2}:\d{2}:\d{2})(?:\.(?<fraction>\d{1,20}))?(?:Z|(?<sign>[+-])(?<hours>\d{2}):(?<minutes>\d{2}))$/;
const SPACED =
  /^(?<date>\d{4}-\d{2}-\d{2}) (?<time>\d{2}:\d{2}:\d{2}) (?<sign>[+-])(?<hours>\d{2})(?<minutes>\d{2})$/;

/**
 * RFC 3339 as the AT protocol narrows it: capital T and Z, seconds and a zone always, no -00:00, no negative year.
 * Undefined for anything else and for times that do not exist. Digits behind milliseconds are dropped.
 */
export function parseRfc3339(text: string): Date | undefined {
  return text.endsWith('-00:00') ? undefined : instant(RFC_3339.exec(text)?.groups);
}

/** `2015-02-24 11:35:52 -0800`, with the offset that many exports write. */
export const parseSpacedTime = (text: string): Date | undefined => instant(SPACED.exec(text)?.groups);

/** The parts are checked by writing the time back, because `Date` takes 30 February for 1 March. */
function instant(parts: Record<string, string | undefined> | undefined): Date | undefined {
  if (parts === undefined) return undefined;
  const { date = '', time = '', fraction = '0', sign, hours = '00', minutes = '00' } = parts;
  const local = new Date(`${date}T${time}.${fraction.slice(0, 3).padEnd(3, '0')}Z`);
  if (Number.isNaN(local.getTime()) || !local.toISOString().startsWith(`${date}T${time}`)) return undefined;
  if (Number(hours) > 23 || Number(minutes) > 59) return undefined;
  const offsetMs = (Number(hours) * 60 + Number(minutes)) * 60_000;
  const utc = new Date(local.getTime() - (sign === '-' ? -offsetMs : offsetMs));
  return utc.getUTCFullYear() < 0 ? undefined : utc;
}
