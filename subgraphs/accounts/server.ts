import { Database } from '@chorus/db/database.ts';
import { startRelay } from '@chorus/db/relay.ts';
import { runSubgraph } from '@chorus/db/subgraph-process.ts';
import { readSigningKey } from '@chorus/shared/keys.ts';
import { accountsServices } from './context.ts';
import { dataKeys } from './encryption/data-keys.ts';
import { installationSecret } from './encryption/installation-secret.ts';
import { masterKeys } from './encryption/key-management.ts';
import { features } from './features.ts';
import { publishJwks, writeAccountsRecords } from './records/records.service.ts';

await runSubgraph({
  name: 'accounts',
  port: 4001,
  features,
  services: async ({ env, database }) => {
    const management = masterKeys(env.secrets('CHORUS_MASTER_KEY', 32, 'base64'));
    return accountsServices(await readSigningKey(env.required('CHORUS_TOKEN_KEYS')), {
      secret: await installationSecret(database.statements(null), management),
      dataKeys: dataKeys(management),
      production: env.production,
    });
  },
  parts: async ({ env, bus, log }, { signingKey }) => {
    await publishJwks(bus, signingKey);
    const workerUrl = env.databaseUrl('ACCOUNTS_WORKER_DATABASE_URL');
    const records = new Database(workerUrl, { max: 1, applicationName: 'accounts-records' });
    const beforePublish = writeAccountsRecords.bind(undefined, records, bus);
    const relay = await startRelay({ source: 'accounts', workerUrl, bus, log, beforePublish });
    return [{ name: 'records', stop: () => records.end() }, relay];
  },
});
