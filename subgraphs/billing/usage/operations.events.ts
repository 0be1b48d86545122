import type { ApplyMany } from '@chorus/db/batch-consumer.ts';
import type { BusEvent } from '@chorus/shared/event-bus.ts';
import { OWN_SOURCE, type UsageEvent } from './cloud-event.ts';
import { ingestUsage } from './ingest.service.ts';

/** Costs are sums of weights, which are no finer than this. */
const DECIMALS = 6;

/** What billing learns from the gateway: the operations it ran, each of which is an event of usage. */
export const countOperations: ApplyMany = async (transaction, events) => {
  await ingestUsage(transaction, events.map(usageEventOf));
};

/** An event of another form stops the consumer instead of quietly losing usage. */
function usageEventOf({ id, type, time, data }: BusEvent): UsageEvent {
  if (!isOperation(data))
    throw new TypeError('the event has no operation of the form { caller, subject, cost }');
  const cost = Number(data.cost.toFixed(DECIMALS));
  return {
    source: OWN_SOURCE,
    id,
    type,
    subject: data.subject,
    time: new Date(time),
    data: { ...data, cost },
  };
}

const isOperation = (data: unknown): data is { caller: string; subject: string; cost: number } =>
  typeof data === 'object' &&
  data !== null &&
  'caller' in data &&
  typeof data.caller === 'string' &&
  'subject' in data &&
  typeof data.subject === 'string' &&
  'cost' in data &&
  typeof data.cost === 'number' &&
  Number.isFinite(data.cost) &&
  data.cost >= 0;
