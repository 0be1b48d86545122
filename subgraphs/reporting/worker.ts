import { startConsumer } from '@chorus/db/consumer.ts';
import { startRelay } from '@chorus/db/relay.ts';
import { runWorker } from '@chorus/db/worker-process.ts';
import { mentionsEvents } from './volume/volume.events.ts';

await runWorker({
  name: 'reporting',
  internalPort: 4113,
  parts: async ({ database, bus, log, workerUrl }) => [
    await startRelay({ source: 'reporting', workerUrl, bus, log }),
    await startConsumer({ consumer: 'reporting', sources: { mentions: mentionsEvents }, database, bus, log }),
  ],
});
