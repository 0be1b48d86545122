import { flagLoader } from '@chorus/shared/flags/evaluate.ts';
import { startConsumer } from '@chorus/db/consumer.ts';
import { Database } from '@chorus/db/database.ts';
import { startRelay } from '@chorus/db/relay.ts';
import { runSubgraph } from '@chorus/db/subgraph-process.ts';
import { dataKeys as dataKeysUnder } from './encryption/data-keys.ts';
import { installationSecret } from './encryption/installation-secret.ts';
import { masterKeys } from './encryption/key-management.ts';
import { requireOwnKeys } from './encryption/own-keys.ts';
import { sources } from './events.ts';
import { features } from './features.ts';
import { seedFlags } from './flags/seed.ts';
import { flagUses } from './flags/uses.ts';
import { startMailer } from './mail/mailer.ts';
import { writeAccountsRecords } from './records/records.service.ts';
import { appUrl, billingOver, mailTransport, seatsOver } from './services.ts';
import { startTokenKeys } from './token-keys/token-keys.ts';

await runSubgraph({
  name: 'accounts',
  port: 4001,
  features,
  services: async ({ env, database, bus, log }) => {
    const management = masterKeys(env.secrets('CHORUS_MASTER_KEY', 32, 'base64'));
    const dataKeys = dataKeysUnder(management);
    if (env.production) await requireOwnKeys(database.statements(null), management);
    await dataKeys.ready(database.statements(null));
    const worker = new Database(env.databaseUrl('ACCOUNTS_WORKER_DATABASE_URL'), {
      max: 1,
      applicationName: 'accounts-token-keys',
    });
    return {
      secret: await installationSecret(database.statements(null), management),
      dataKeys,
      tokenKeys: await startTokenKeys({ database: worker, dataKeys, expendable: !env.production }, bus, log),
      apiKeyPepper: env.secret('CHORUS_API_KEY_PEPPER', 32, 'hex'),
      appUrl: appUrl(env),
      seats: seatsOver(bus),
      billing: billingOver(bus),
      flags: flagLoader(),
      noteFlags: flagUses(worker),
      production: env.production,
    };
  },
  parts: async ({ env, bus, log }, { tokenKeys, dataKeys }) => {
    const workerUrl = env.databaseUrl('ACCOUNTS_WORKER_DATABASE_URL');
    const worker = new Database(workerUrl, { max: 4, applicationName: 'accounts-worker' });
    await seedFlags(worker);
    const beforePublish = writeAccountsRecords.bind(undefined, worker, bus);
    return [
      tokenKeys,
      { name: 'worker database', stop: () => worker.end() },
      await startRelay({ source: 'accounts', workerUrl, bus, log, beforePublish }),
      await startConsumer({ consumer: 'accounts', sources, database: worker, bus, log }),
      await startMailer({ database: worker, dataKeys, transport: mailTransport(env), log }),
    ];
  },
});
