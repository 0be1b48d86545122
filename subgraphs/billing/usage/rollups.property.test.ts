import { newId } from '@chorus/shared/id.ts';
import { inProcess } from '@chorus/tests/harness/subgraph.ts';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { features } from '../features.ts';
import type { UsageEvent } from './cloud-event.ts';
import { rebuildUsage } from './ingest.service.ts';
import { METERS, type Meter } from './meters.ts';
import { event, tenantUsage } from './testing.ts';

const PERIOD = '2026-05-10';
const RANGE = { from: '2026-05-07', to: '2026-05-13' };

/** Events of few names, so that many are told again; what one name says is always the same. */
const anEvent: fc.Arbitrary<UsageEvent> = fc
  .record({
    type: fc.constantFrom(...new Set(METERS.map(({ type }) => type)), 'nobody.counts'),
    subject: fc.constantFrom('ann', 'bob', 'cy'),
    day: fc.constantFrom('2026-05-07', '2026-05-09', '2026-05-10', '2026-05-11', '2026-05-13'),
    whole: fc.integer({ min: 1, max: 1_000 }),
    hundredths: fc.integer({ min: 1, max: 10_000_000 }),
    caller: fc.constantFrom('member', 'key'),
  })
  .map(({ day, whole, hundredths, caller, ...rest }) => {
    const exact = String(hundredths / 100);
    const data = { rows: whole, count: whole, minutes: exact, cost: hundredths / 100, caller };
    return event({ ...rest, time: new Date(`${day}T08:00:00Z`), data });
  });

/** Batches of events from one list, many of them more than once. */
const batches = fc
  .array(anEvent, { minLength: 1, maxLength: 40 })
  .map((events) => events.map((one, index) => ({ ...one, id: String(index) })))
  .chain((events) => fc.array(fc.array(fc.constantFrom(...events), { maxLength: 25 }), { maxLength: 6 }));

const bookedDay = ({ time }: UsageEvent): string => {
  const own = time.toISOString().slice(0, 10);
  return own < PERIOD ? PERIOD : own;
};

const hundredths = (event: UsageEvent, property: string): number =>
  Math.round(Number((event.data as Record<string, unknown>)[property]) * 100);

/** What a meter must say of events that were each told once, without a database. */
function quantityOf({ aggregation, property = '' }: Meter, events: readonly UsageEvent[]): number {
  const values = events.map((one) => hundredths(one, property));
  if (aggregation === 'COUNT') return events.length;
  if (aggregation === 'UNIQUE_COUNT') return new Set(events.map(({ subject }) => subject)).size;
  return (aggregation === 'MAX' ? Math.max(...values) : values.reduce((sum, value) => sum + value, 0)) / 100;
}

const counts = ({ among }: Meter, { data }: UsageEvent): boolean =>
  among === undefined || (data as Record<string, unknown>)[among.property] === among.value;

function expectedReadings(told: readonly UsageEvent[]) {
  const events = [...new Map(told.map((one) => [one.id, one])).values()];
  return METERS.flatMap((meter) => {
    const own = events.filter((one) => one.type === meter.type && counts(meter, one));
    const days = [...Map.groupBy(own, bookedDay)].map(([day, some]) => ({ day, some }));
    const all = own.length === 0 ? [] : [{ day: null, some: own }];
    return [...days, ...all].map(({ day, some }) => {
      const quantity = String(quantityOf(meter, some));
      return { meter: meter.key, day, quantity, events: some.length };
    });
  });
}

const sorted = (readings: readonly object[]) => readings.map((one) => JSON.stringify(one)).toSorted();

test('rollups say what the events say, in any order and batches, at once, told again, late, and counted anew', async () => {
  const { worker } = await inProcess('billing', features, undefined);
  await fc.assert(
    fc.asyncProperty(batches, async (told) => {
      const tenant = tenantUsage(worker, newId());
      await tenant.subscribe(new Date(`${PERIOD}T12:00:00Z`));
      await Promise.all(told.map((batch) => tenant.ingest(batch)));
      const readings = await tenant.readings();
      expect(sorted(readings)).toEqual(sorted(expectedReadings(told.flat())));
      await rebuildUsage(worker, tenant.tenantId, RANGE);
      expect(await tenant.readings()).toEqual(readings);
    }),
    { numRuns: 25 },
  );
}, 60_000);
