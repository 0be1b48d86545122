import { randomBytes } from 'node:crypto';
import { join } from 'node:path';
import { abandonLostKeys } from '@chorus/accounts/encryption/abandon.ts';
import { dataKeys } from '@chorus/accounts/encryption/data-keys.ts';
import { masterKeys } from '@chorus/accounts/encryption/key-management.ts';
import { resealAll } from '@chorus/accounts/encryption/reseal.ts';
import { rewrapKeys } from '@chorus/accounts/encryption/rewrap.ts';
import { replaceTokenKeys, rotateTokenKeys } from '@chorus/accounts/token-keys/rotation.ts';
import { Database } from '@chorus/db/database.ts';
import { withConnection } from '@chorus/db/one-connection.ts';
import { StartError } from '@chorus/db/start-error.ts';
import { ConfigError, environment } from '@chorus/shared/config.ts';
import { openDatabases } from './supervise/database.ts';
import { prepareKeys, replaceMasterKey } from './supervise/keys.ts';
import { dataFolder } from './supervise/settings.ts';

const USAGE = `npm run keys -- COMMAND
  rotate-tokens    a new key signs access tokens in a minute; nobody is signed out
  replace-tokens   the keys may have leaked: what they signed counts no more, and everybody refreshes
  rotate-data      a new data key, and everything sealed with it
  rotate-master    a new master key wraps the data keys (with CHORUS_MASTER_KEY=NEW,OLD: that one)
  abandon          the master key is lost for good: removes what only it could open, and people enrol again`;

interface Reach {
  database: Database;
  ownerUrl: string;
  keysDir: string;
  masterKey: string;
}

const managementOf = (masterKey: string) =>
  masterKeys(environment({ CHORUS_MASTER_KEY: masterKey }).secrets('CHORUS_MASTER_KEY', 32, 'base64'));

const storeOf = ({ database, masterKey }: Reach) => ({
  database,
  dataKeys: dataKeys(managementOf(masterKey)),
});

const COMMANDS: Readonly<Record<string, (reach: Reach) => Promise<string>>> = {
  'rotate-tokens': async (reach) => {
    await rotateTokenKeys(storeOf(reach));
    return 'tokens: the next key is announced and signs in a minute';
  },
  'replace-tokens': async (reach) => {
    await replaceTokenKeys(storeOf(reach));
    return 'tokens: replaced; within seconds everybody refreshes';
  },
  'rotate-data': async (reach) => {
    const { database, dataKeys: keys } = storeOf(reach);
    return `data: a new key seals ${await resealAll(database, keys)} texts`;
  },
  'rotate-master': rotateMaster,
  abandon: async ({ ownerUrl, masterKey }) => {
    const lost = await withConnection(ownerUrl, (sql) => abandonLostKeys(sql, managementOf(masterKey)));
    return `abandoned: ${lost} keys; restart Chorus`;
  },
};

/** Both keys are in force while the wrapping changes, so that a command that is interrupted can be given again. */
async function rotateMaster({ ownerUrl, keysDir, masterKey }: Reach): Promise<string> {
  const rewrap = (keys: string) => withConnection(ownerUrl, (sql) => rewrapKeys(sql, managementOf(keys)));
  if (process.env['CHORUS_MASTER_KEY']) {
    if (!masterKey.includes(',')) throw new ConfigError('CHORUS_MASTER_KEY must be NEW,OLD for this.');
    return `master: ${await rewrap(masterKey)} keys wrapped by the new one; set CHORUS_MASTER_KEY to it and restart`;
  }
  const next = randomBytes(32).toString('base64');
  await replaceMasterKey(keysDir, `${next},${masterKey}`);
  const done = await rewrap(`${next},${masterKey}`);
  await replaceMasterKey(keysDir, next);
  return `master: ${done} keys wrapped by a new one; restart Chorus`;
}

async function main(name: string | undefined): Promise<void> {
  const command = name !== undefined && Object.hasOwn(COMMANDS, name) ? COMMANDS[name] : undefined;
  if (command === undefined) throw new ConfigError(USAGE);
  const dataDir = dataFolder(process.env);
  const { urls, server } = await openDatabases({ env: process.env, dataDir, say: console.log });
  const keysDir = join(dataDir, 'keys');
  const { masterKey } = await prepareKeys(keysDir, process.env);
  const database = new Database(urls.accounts.worker, { max: 1, applicationName: 'chorus-keys' });
  try {
    console.log(await command({ database, ownerUrl: urls.accounts.owner, keysDir, masterKey }));
  } finally {
    await database.end();
    if (server?.adopted === false) await server.stop();
  }
}

try {
  await main(process.argv[2]);
} catch (error) {
  if (!(error instanceof StartError || error instanceof ConfigError)) throw error;
  console.error(error.message);
  process.exitCode = error instanceof StartError ? error.exitCode : ConfigError.exitCode;
}
