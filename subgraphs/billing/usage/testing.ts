import { transactionOf } from '@chorus/db/context.ts';
import type { Database } from '@chorus/db/database.ts';
import { newId } from '@chorus/shared/id.ts';
import { OPERATION_EXECUTED } from '@chorus/shared/operation-executed.ts';
import { subscribeOnce } from '../subscriptions/subscriptions.service.ts';
import type { UsageEvent } from './cloud-event.ts';
import { ingestUsage } from './ingest.service.ts';
import { METERS } from './meters.ts';
import { readMeters, type Reading } from './usage.queries.ts';
import type { DayRange } from './usage-range.ts';

export const ALL_DAYS: DayRange = { from: '2020-01-01', to: '2030-12-31' };

/** An event that can be counted; by default an export of one row. */
export const event = (change: Partial<UsageEvent> = {}): UsageEvent => ({
  source: 'test',
  id: newId(),
  type: 'export.finished',
  subject: null,
  time: new Date(),
  data: { rows: 1 },
  ...change,
});

/** An operation as the gateway tells of it. */
export const operation = (cost: number, caller: 'member' | 'key', subject: string): UsageEvent =>
  event({ source: 'gateway', type: OPERATION_EXECUTED, subject, data: { cost, caller } });

/** What a test does with the usage of a tenant of its own. */
export function tenantUsage(worker: Database, tenantId = newId()) {
  const ingest = (events: readonly UsageEvent[]) =>
    transactionOf(worker, tenantId, (transaction) => ingestUsage(transaction, events));
  const readings = (range: DayRange = ALL_DAYS): Promise<Reading[]> =>
    readMeters({ db: worker.statements(tenantId), tenantId }, METERS, range);
  /** Totals by meter. */
  const totals = async (range?: DayRange) =>
    Object.fromEntries(
      (await readings(range))
        .filter(({ day }) => day === null)
        .map(({ meter, quantity }) => [meter, quantity]),
    );
  const subscribe = (start: Date) =>
    transactionOf(worker, tenantId, (transaction) =>
      subscribeOnce(transaction, { plan: 'starter', seats: 5, start }),
    );
  return { tenantId, ingest, readings, totals, subscribe };
}
