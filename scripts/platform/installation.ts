import { join } from 'node:path';
import { dataKeys } from '@chorus/accounts/encryption/data-keys.ts';
import { masterKeys } from '@chorus/accounts/encryption/key-management.ts';
import { appUrl } from '@chorus/accounts/services.ts';
import { Database } from '@chorus/db/database.ts';
import { StartError } from '@chorus/db/start-error.ts';
import { ConfigError, environment } from '@chorus/shared/config.ts';
import { newId } from '@chorus/shared/id.ts';
import { ANONYMOUS } from '@chorus/shared/identity.ts';
import { migrateAll, openDatabases } from '../supervise/database.ts';
import { prepareKeys } from '../supervise/keys.ts';
import { dataFolder } from '../supervise/settings.ts';

const say = (line: string) => console.log(line);

/** What commands of the operator work with: the accounts database as its worker, migrated, and the keys for mails. */
export interface Installation {
  database: Database;
  services: { dataKeys: ReturnType<typeof dataKeys>; appUrl: string };
  /** Stands for the request that a command is not. */
  request: { requestId: string; identity: typeof ANONYMOUS; setHeader: () => void };
}

/**
 * Runs a command of the operator, whether Chorus runs or not; says in one sentence what is wrong with it, before
 * anything starts if it is the command line.
 */
export async function withInstallation<Wanted>(
  read: (args: string[]) => Wanted,
  work: (installation: Installation, wanted: Wanted) => Promise<string>,
): Promise<void> {
  try {
    const wanted = read(process.argv.slice(2));
    say(await reached(process.env, (installation) => work(installation, wanted)));
  } catch (error) {
    if (!(error instanceof StartError || error instanceof ConfigError)) throw error;
    console.error(error.message);
    process.exitCode = error instanceof StartError ? error.exitCode : ConfigError.exitCode;
  }
}

async function reached(env: NodeJS.ProcessEnv, work: (installation: Installation) => Promise<string>) {
  const dataDir = dataFolder(env);
  const { urls, server } = await openDatabases({ env, dataDir, say });
  try {
    await migrateAll(urls, say);
    const { masterKey } = await prepareKeys(join(dataDir, 'keys'), env);
    const settings = environment({ ...env, CHORUS_MASTER_KEY: masterKey });
    const services = {
      dataKeys: dataKeys(masterKeys(settings.secrets('CHORUS_MASTER_KEY', 32, 'base64'))),
      appUrl: appUrl(settings),
    };
    const request = { requestId: newId(), identity: ANONYMOUS, setHeader: () => undefined };
    const database = new Database(urls.accounts.worker, { max: 1, applicationName: 'chorus-operator' });
    try {
      return await work({ database, services, request });
    } finally {
      await database.end();
    }
  } finally {
    if (server?.adopted === false) await server.stop();
  }
}
