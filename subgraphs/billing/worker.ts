import { startBatchConsumer } from '@chorus/db/batch-consumer.ts';
import { startConsumer } from '@chorus/db/consumer.ts';
import { startRelay } from '@chorus/db/relay.ts';
import { runWorker } from '@chorus/db/worker-process.ts';
import { OPERATION_EXECUTED, OPERATIONS } from '@chorus/shared/operation-executed.ts';
import { writePriceBookRecord } from './prices/price-book.records.ts';
import { accountsEvents } from './subscriptions/subscriptions.events.ts';
import { writeBillingRecord } from './subscriptions/subscriptions.records.ts';
import { startTrials } from './subscriptions/trials.ts';
import { countOperations } from './usage/operations.events.ts';

await runWorker({
  name: 'billing',
  internalPort: 4114,
  parts: async ({ database, bus, log, workerUrl }) => [
    await startRelay({
      source: 'billing',
      workerUrl,
      bus,
      log,
      beforePublish: async (event) => {
        await writeBillingRecord(database, bus, event);
        await writePriceBookRecord(database, bus, event);
      },
    }),
    await startTrials({ database, log }),
    await startConsumer({ consumer: 'billing', sources: { accounts: accountsEvents }, database, bus, log }),
    await startBatchConsumer({
      consumer: 'billing',
      source: OPERATIONS,
      type: OPERATION_EXECUTED,
      apply: countOperations,
      database,
      bus,
      log,
    }),
  ],
});
