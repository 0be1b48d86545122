import { startRelay } from '@chorus/db/relay.ts';
import { runWorker } from '@chorus/db/worker-process.ts';

await runWorker({
  name: 'mentions',
  internalPort: 4112,
  parts: async ({ workerUrl, bus, log }) => [await startRelay({ source: 'mentions', workerUrl, bus, log })],
});
