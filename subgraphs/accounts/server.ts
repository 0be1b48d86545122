import { startConsumer } from '@chorus/db/consumer.ts';
import { Database } from '@chorus/db/database.ts';
import { startRelay } from '@chorus/db/relay.ts';
import { runSubgraph } from '@chorus/db/subgraph-process.ts';
import { readSigningKey } from '@chorus/shared/keys.ts';
import { accountsServices } from './context.ts';
import { sources } from './events.ts';
import { features } from './features.ts';
import { publishJwks, writeAccountsRecords } from './records/records.service.ts';

await runSubgraph({
  name: 'accounts',
  port: 4001,
  features,
  services: async ({ env }) =>
    accountsServices(
      await readSigningKey(env.required('CHORUS_TOKEN_KEYS')),
      env.secret('CHORUS_MASTER_KEY', 32, 'base64'),
      env.production,
    ),
  parts: async ({ env, bus, log }, { signingKey }) => {
    await publishJwks(bus, signingKey);
    const workerUrl = env.databaseUrl('ACCOUNTS_WORKER_DATABASE_URL');
    const records = new Database(workerUrl, { max: 2, applicationName: 'accounts-worker' });
    const beforePublish = writeAccountsRecords.bind(undefined, records, bus);
    const relay = await startRelay({ source: 'accounts', workerUrl, bus, log, beforePublish });
    const consumer = await startConsumer({ consumer: 'accounts', sources, database: records, bus, log });
    return [{ name: 'records', stop: () => records.end() }, relay, consumer];
  },
});
