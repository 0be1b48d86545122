import { Database } from '@chorus/db/database.ts';
import { startRelay } from '@chorus/db/relay.ts';
import { runSubgraph } from '@chorus/db/subgraph-process.ts';
import { dataKeys as dataKeysUnder } from './encryption/data-keys.ts';
import { installationSecret } from './encryption/installation-secret.ts';
import { masterKeys } from './encryption/key-management.ts';
import { features } from './features.ts';
import { writeAccountsRecords } from './records/records.service.ts';
import { startTokenKeys } from './token-keys/token-keys.ts';

await runSubgraph({
  name: 'accounts',
  port: 4001,
  features,
  services: async ({ env, database, bus, log }) => {
    const management = masterKeys(env.secrets('CHORUS_MASTER_KEY', 32, 'base64'));
    const dataKeys = dataKeysUnder(management);
    const worker = new Database(env.databaseUrl('ACCOUNTS_WORKER_DATABASE_URL'), {
      max: 1,
      applicationName: 'accounts-token-keys',
    });
    return {
      secret: await installationSecret(database.statements(null), management),
      dataKeys,
      tokenKeys: await startTokenKeys({ database: worker, dataKeys }, bus, log),
      production: env.production,
    };
  },
  parts: async ({ env, bus, log }, { tokenKeys }) => {
    const workerUrl = env.databaseUrl('ACCOUNTS_WORKER_DATABASE_URL');
    const records = new Database(workerUrl, { max: 1, applicationName: 'accounts-records' });
    const beforePublish = writeAccountsRecords.bind(undefined, records, bus);
    const relay = await startRelay({ source: 'accounts', workerUrl, bus, log, beforePublish });
    return [tokenKeys, { name: 'records', stop: () => records.end() }, relay];
  },
});
