import type { RefusedPart } from './cloud-event.ts';
import { MOST_EVENTS, type MeterReading, type RecordedEvent, type recordUsage } from './usage.service.ts';

/** What a client sees of an outcome. */
export function recordUsageResult(outcome: Awaited<ReturnType<typeof recordUsage>>) {
  if (outcome === 'batch-refused') {
    const message = `Send from 1 to ${MOST_EVENTS} events at once; nothing was recorded.`;
    return { __typename: 'UsageBatchRefused', message } as const;
  }
  const events = outcome.map(recordedEvent);
  const recorded = outcome.filter(({ duplicate, refused }) => !duplicate && refused === undefined).length;
  return { __typename: 'RecordedUsage', recorded, events } as const;
}

const recordedEvent = ({ refused, ...event }: RecordedEvent) => ({
  ...event,
  problem:
    refused === undefined
      ? null
      : { reason: `${refused.part}_REFUSED` satisfies `${RefusedPart}_REFUSED`, message: refused.message },
});

export const meterUsage = ({ meter, total, days }: MeterReading) => {
  const { key, description, unit, aggregation } = meter;
  return { meter: key, description, unit, aggregation, total, days };
};
