import { Database } from '@chorus/db/database.ts';
import { withConnection } from '@chorus/db/one-connection.ts';
import { errorCode } from '@chorus/db/start-error.ts';
import { ConfigError, environment } from '@chorus/shared/config.ts';
import { openDatabases } from '../supervise/database.ts';
import { dataFolder } from '../supervise/settings.ts';
import { UsageError } from './arguments.ts';

/** Where posts are imported to. */
export interface Target {
  database: Database;
  tenantId: string;
  /** Ends connections, and the embedded server if nobody else uses it. */
  close: () => Promise<void>;
}

interface Urls {
  mentions: string;
  events: string;
  close: () => Promise<void>;
}

/**
 * The mentions database as its worker: the one MENTIONS_WORKER_DATABASE_URL names, else that of this installation,
 * whether `npm start` runs or not.
 */
export async function openTarget(
  env: NodeJS.ProcessEnv,
  slug: string,
  say: (line: string) => void,
): Promise<Target> {
  const urls = await urlsOf(env, say);
  try {
    const tenantId = await tenantNamed(urls.events, slug);
    const database = new Database(urls.mentions, {
      max: 2,
      statementMs: 60_000,
      applicationName: 'chorus-import',
    });
    const close = () => database.end().then(urls.close);
    return { database, tenantId, close };
  } catch (error) {
    await urls.close();
    throw error;
  }
}

async function urlsOf(env: NodeJS.ProcessEnv, say: (line: string) => void): Promise<Urls> {
  const { optional, databaseUrl } = environment(env);
  if (optional('MENTIONS_WORKER_DATABASE_URL') !== undefined) {
    const mentions = databaseUrl('MENTIONS_WORKER_DATABASE_URL');
    return { mentions, events: databaseUrl('EVENTS_DATABASE_URL'), close: () => Promise.resolve() };
  }
  const dataDir = dataFolder(process.env);
  const { urls, server } = await openDatabases({ env, dataDir, say });
  const close = async () => {
    if (server?.adopted === false) await server.stop();
  };
  return { mentions: urls.mentions.worker, events: urls.events.worker, close };
}

/** Accounts lets everyone know its tenants through their records. */
export async function tenantNamed(eventsUrl: string, slug: string): Promise<string> {
  const found = await withConnection(
    eventsUrl,
    (sql) => sql<{ id: string }[]>`
      select tenant_id as id from record where kind = 'accounts' and body ->> 'slug' = ${slug}`,
  ).catch((cause: unknown) => {
    if (errorCode(cause) === '42P01') return [];
    if (errorCode(cause) === 'ECONNREFUSED')
      throw new ConfigError('EVENTS_DATABASE_URL: the database refuses connections.');
    throw cause;
  });
  const [tenant] = found;
  if (tenant !== undefined) return tenant.id;
  throw new UsageError(`There is no tenant "${slug}"; npm start makes the tenants of the demo.`);
}
