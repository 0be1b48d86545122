import { AppError } from '@chorus/shared/errors.ts';
import type { Context } from '../context.ts';
import { isRefused, isTaken, usageEvent, type Refused, type SentEvent } from './cloud-event.ts';
import { ingestUsage, takeStored } from './ingest.service.ts';
import { METERS, metersOf, type Meter } from './meters.ts';
import { requireRange, type DayRange } from './usage-range.ts';
import { readMeters, type Reading } from './usage.queries.ts';

/** As many events as one request may bring. */
export const MOST_EVENTS = 500;

/** What became of an event, in the order in which they came. */
export interface RecordedEvent {
  index: number;
  id: string;
  duplicate: boolean;
  metered: boolean;
  late: boolean;
  refused: Refused | undefined;
}

/** Stores what is right and tells what is not; an event that is there already stays as it is. */
export async function recordUsage(
  ctx: Context,
  sent: readonly SentEvent[],
): Promise<'batch-refused' | RecordedEvent[]> {
  ctx.require('usage.record');
  if (sent.length === 0 || sent.length > MOST_EVENTS) return 'batch-refused';
  const now = Date.now();
  const checked = sent.map((event) => usageEvent(event, now));
  const events = checked.filter(isTaken);
  const stored =
    events.length === 0
      ? new Map()
      : await ctx.transaction((transaction) => ingestUsage(transaction, events));
  const take = takeStored(stored);
  return checked.map((event, index) => {
    const { id = '', type = '' } = sent[index] ?? {};
    const nothing = { index, id, duplicate: false, metered: false, late: false };
    if (isRefused(event)) return { ...nothing, refused: event };
    const found = take(event);
    const [duplicate, metered] = [found === undefined, metersOf(type).length > 0];
    return { ...nothing, duplicate, metered, late: found?.late ?? false, refused: undefined };
  });
}

/** What a meter says of a range of days. */
export interface MeterReading {
  meter: Meter;
  total: string;
  days: { day: string; quantity: string; events: number }[];
}

export interface UsageArguments extends DayRange {
  meters?: readonly string[] | null;
}

/** Of the meters that were asked for, or of all; what was not used reads nothing. */
export async function tenantUsage(
  ctx: Context,
  { meters: wanted, ...range }: UsageArguments,
): Promise<MeterReading[]> {
  ctx.require('billing.read');
  requireRange(range);
  const meters = wantedMeters(wanted);
  const readings = Map.groupBy(await readMeters(ctx, meters, range), ({ meter }) => meter);
  return meters.map((meter) => ({ meter, ...read(readings.get(meter.key) ?? []) }));
}

/** Undefined for any tenant but the caller's own, as for one that does not exist. */
export async function usageOf(
  ctx: Context,
  tenantId: string,
  args: UsageArguments,
): Promise<MeterReading[] | undefined> {
  ctx.require('billing.read');
  return tenantId === ctx.tenantId ? tenantUsage(ctx, args) : undefined;
}

function read(readings: readonly Reading[]): Pick<MeterReading, 'total' | 'days'> {
  const total = readings.find(({ day }) => day === null)?.quantity ?? '0';
  const days = readings.flatMap(({ day, quantity, events }) =>
    day === null ? [] : [{ day, quantity, events }],
  );
  return { total, days };
}

function wantedMeters(wanted: UsageArguments['meters']): readonly Meter[] {
  if (wanted === undefined || wanted === null) return METERS;
  const unknown = wanted.find((key) => METERS.every((meter) => meter.key !== key));
  if (unknown !== undefined)
    throw new AppError('BAD_USER_INPUT', `There is no meter ${JSON.stringify(unknown.slice(0, 100))}.`);
  return METERS.filter(({ key }) => wanted.includes(key));
}
