import { seedAccounts } from '@chorus/accounts/demo.ts';
import { seedBilling } from '@chorus/billing/demo.ts';
import { dataKeys } from '@chorus/accounts/encryption/data-keys.ts';
import { masterKeys } from '@chorus/accounts/encryption/key-management.ts';
import { Database } from '@chorus/db/database.ts';
import type { DatabaseUrls } from '@chorus/db/databases.ts';
import { seedMentions } from '@chorus/mentions/demo.ts';
import { environment } from '@chorus/shared/config.ts';
import { DEMO_PEOPLE, DEMO_STAFF, type DemoCredentials } from '@chorus/shared/demo.ts';
import { prepareKeys } from '../supervise/keys.ts';
import { demoSecrets } from './secrets.ts';

export interface SeedOptions {
  urls: DatabaseUrls;
  /** Where the installation's keys and the demo's secrets are. */
  keysDir: string;
  /** May name the master key. */
  env: NodeJS.ProcessEnv;
  onProgress: (line: string) => void;
}

const REMIND_MS = 1_000;

/** Puts the demo in place and answers how to get in; doing it again changes nothing and answers the same. */
export async function seedDemo({
  urls,
  keysDir,
  env,
  onProgress,
}: SeedOptions): Promise<Omit<DemoCredentials, 'gatewayUrl'>> {
  const secrets = await demoSecrets(keysDir);
  const { masterKey, apiKeyPepper } = await prepareKeys(keysDir, env);
  const keys = {
    dataKeys: dataKeys(
      masterKeys(environment({ CHORUS_MASTER_KEY: masterKey }).secrets('CHORUS_MASTER_KEY', 32, 'base64')),
    ),
    pepper: Buffer.from(apiKeyPepper, 'hex'),
  };

  const said = reminding(onProgress);
  try {
    said.say('tenants and people');
    const apiKeys = await withDatabase(urls.accounts.worker, (db) => seedAccounts(db, secrets, keys));
    said.say('subscriptions');
    await withDatabase(urls.billing.worker, seedBilling);
    said.say('posts and trackers');
    await withDatabase(urls.mentions.worker, (db) => seedMentions(db, said.say));
    return { ...secrets, users: demoUsers(), staff: DEMO_STAFF.email, apiKeys };
  } finally {
    said.end();
  }
}

const demoUsers = (): DemoCredentials['users'] =>
  DEMO_PEOPLE.flatMap(({ email, memberships }) =>
    memberships.map(({ tenant, role }) => ({ email, tenant: tenant.slug, role })),
  );

async function withDatabase<T>(url: string, work: (database: Database) => Promise<T>): Promise<T> {
  const database = new Database(url, { max: 4, statementMs: 60_000, applicationName: 'chorus-seed' });
  try {
    return await work(database);
  } finally {
    await database.end();
  }
}

/** Says the last line again while a step takes long, so that silence means trouble. */
function reminding(onProgress: (line: string) => void) {
  let last = '';
  let timer: NodeJS.Timeout | undefined;
  const say = (line: string): void => {
    last = line;
    clearInterval(timer);
    timer = setInterval(() => onProgress(`${last} ...`), REMIND_MS);
    onProgress(line);
  };
  return { say, end: () => clearInterval(timer) };
}
