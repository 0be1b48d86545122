import { Database } from '@chorus/db/database.ts';
import { startRelay } from '@chorus/db/relay.ts';
import { runSubgraph } from '@chorus/db/subgraph-process.ts';
import { readSigningKey } from '@chorus/shared/keys.ts';
import { accountsServices } from './context.ts';
import { dataKeys } from './encryption/data-keys.ts';
import { installationSecret } from './encryption/installation-secret.ts';
import { masterKeys } from './encryption/key-management.ts';
import { features } from './features.ts';
import { startMailer } from './mail/mailer.ts';
import { publishJwks, writeAccountsRecords } from './records/records.service.ts';
import { appUrl, mailTransport, seatsOver } from './services.ts';

await runSubgraph({
  name: 'accounts',
  port: 4001,
  features,
  services: async ({ env, database, bus }) => {
    const management = masterKeys(env.secrets('CHORUS_MASTER_KEY', 32, 'base64'));
    const keys = dataKeys(management);
    await keys.ready(database.statements(null));
    return accountsServices(await readSigningKey(env.required('CHORUS_TOKEN_KEYS')), {
      secret: await installationSecret(database.statements(null), management),
      dataKeys: keys,
      appUrl: appUrl(env),
      seats: seatsOver(bus),
      production: env.production,
    });
  },
  parts: async ({ env, bus, log }, { signingKey, dataKeys }) => {
    await publishJwks(bus, signingKey);
    const workerUrl = env.databaseUrl('ACCOUNTS_WORKER_DATABASE_URL');
    const database = new Database(workerUrl, { max: 2, applicationName: 'accounts-worker' });
    const beforePublish = writeAccountsRecords.bind(undefined, database, bus);
    const relay = await startRelay({ source: 'accounts', workerUrl, bus, log, beforePublish });
    const mailer = await startMailer({ database, dataKeys, transport: mailTransport(env), log });
    return [{ name: 'worker database', stop: () => database.end() }, relay, mailer];
  },
});
