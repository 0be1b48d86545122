import { dataKeys } from '@chorus/accounts/encryption/data-keys.ts';
import { masterKeys } from '@chorus/accounts/encryption/key-management.ts';
import { startMailer } from '@chorus/accounts/mail/mailer.ts';
import { Database } from '@chorus/db/database.ts';
import { createLog } from '@chorus/shared/log.ts';

/** A process of its own that says which mail it sends, and never gets done with it. */
const [workerUrl = '', masterKey = ''] = process.argv.slice(2);
await startMailer({
  database: new Database(workerUrl, { max: 1 }),
  dataKeys: dataKeys(masterKeys([Buffer.from(masterKey, 'base64')])),
  transport: {
    send: ({ id }) => {
      process.stdout.write(id);
      return new Promise(() => {});
    },
  },
  log: createLog('endless mailer', 'silent'),
});
