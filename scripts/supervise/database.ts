import { join } from 'node:path';
import { DATABASE_NAMES, type DatabaseUrls } from '@chorus/db/databases.ts';
import { isAlive } from '@chorus/db/embedded-process.ts';
import { makeFolder } from '@chorus/db/embedded-cluster.ts';
import { type EmbeddedServer, startEmbedded } from '@chorus/db/embedded.ts';
import { ensureExternalDatabases, externalDatabases } from '@chorus/db/external.ts';
import { migrate } from '@chorus/db/migrate.ts';
import { databaseSecret, ensureDatabases } from '@chorus/db/roles.ts';
import { StartError } from '@chorus/db/start-error.ts';

export interface DatabaseOptions {
  env: NodeJS.ProcessEnv;
  dataDir: string;
  say: (line: string) => void;
}

/** The five databases, ready for migrations; `server` only when they are embedded. */
export interface Databases {
  urls: DatabaseUrls;
  server: EmbeddedServer | undefined;
}

/** Starts the embedded server unless the environment names external ones, and makes databases and roles. */
export async function openDatabases(
  { env, dataDir, say }: DatabaseOptions,
  onServer: (server: EmbeddedServer) => void = () => {},
): Promise<Databases> {
  const owners = externalDatabases(env);
  await makeFolder(dataDir);
  const keysDir = join(dataDir, 'keys');
  const secret = await databaseSecret(join(keysDir, 'database.key'));
  if (owners) {
    say('database: connecting to the external servers');
    const urls = await ensureExternalDatabases(owners, { secret, sqlFile: join(keysDir, 'roles.sql') });
    return { urls, server: undefined };
  }
  say('database: starting');
  const server = await startEmbedded({ dataDir, onProgress: say });
  onServer(server);
  say(`database: ${server.adopted ? 'found running' : 'listens'} on port ${server.port}`);
  return { urls: await ensureDatabases(server.adminUrl, secret), server };
}

/** Brings every database to the current schema. */
export async function migrateAll(urls: DatabaseUrls, say: (line: string) => void) {
  say('database: migrating');
  await Promise.all(
    DATABASE_NAMES.map((name) =>
      migrate(name, urls[name].owner).catch((error: unknown) => {
        if (error instanceof StartError || !(error instanceof Error)) throw error;
        throw new StartError(`The database "${name}" could not be migrated: ${error.message}.`, {
          cause: error,
        });
      }),
    ),
  );
}

/** Starts the embedded server again, on its port, when it dies; returns how to end the watch and the server. */
export function watchDatabase(first: EmbeddedServer, { dataDir, say }: Omit<DatabaseOptions, 'env'>) {
  let server = first;
  let recovering: Promise<void> | undefined;
  const recover = async () => {
    say('database: ended unexpectedly, starts again');
    try {
      server = await startEmbedded({ dataDir, port: server.port, onProgress: say });
      say('database: runs again');
    } catch (error) {
      say(`database: ${error instanceof Error ? error.message : String(error)}`);
    }
  };
  const timer = setInterval(() => {
    if (recovering || isAlive(server.pid)) return;
    recovering = recover().finally(() => (recovering = undefined));
  }, 500);
  return {
    async stop() {
      clearInterval(timer);
      await recovering;
      await server.stop();
    },
    kill() {
      clearInterval(timer);
      if (isAlive(server.pid)) process.kill(server.pid, 'SIGQUIT');
    },
  };
}
