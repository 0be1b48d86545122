import { join } from 'node:path';
import { ConfigError } from '@chorus/shared/config.ts';
import { makeFolder } from '@chorus/db/embedded-cluster.ts';
import { externalDatabases } from '@chorus/db/external.ts';
import { fileError, StartError } from '@chorus/db/start-error.ts';
import { takeLock } from '@chorus/db/start-lock.ts';
import { type Databases, migrateAll, openDatabases, watchDatabase } from './supervise/database.ts';
import { refuseDemoData, removeDemoFile, seedDemoData, writeDemoFile } from './supervise/demo.ts';
import { greeting } from './supervise/greeting.ts';
import { prepareKeys } from './supervise/keys.ts';
import { awaitLeftovers } from './supervise/leftovers.ts';
import { Lifetime } from './supervise/lifetime.ts';
import { checkPorts } from './supervise/ports.ts';
import { startProgress } from './supervise/progress.ts';
import { services } from './supervise/services.ts';
import { readSettings, type Settings, urlOf } from './supervise/settings.ts';
import { supervise, type Supervisor } from './supervise/supervisor.ts';

const { say, setBusy } = startProgress((text) => process.stdout.write(text));
const lifetime = new Lifetime(say);

/** Everything that has to be so before the first process starts. */
async function prepare(settings: Settings): Promise<Databases> {
  const { dataDir, env } = settings;
  externalDatabases(env);
  await makeFolder(dataDir);
  if (!(await takeLock(join(dataDir, 'start.lock'), 1000))) {
    throw new StartError(
      `Chorus is already running from ${dataDir}: stop it first, or set CHORUS_DATA_DIR and PORT.`,
    );
  }
  await removeDemoFile(dataDir);
  await awaitLeftovers(dataDir, say);
  await checkPorts(settings);
  return openDatabase(settings);
}

/** The server is to be stopped even when the start is interrupted before it is up. */
async function openDatabase({ env, dataDir }: Settings): Promise<Databases> {
  let watch: ReturnType<typeof watchDatabase> | undefined;
  const opening = openDatabases({ env, dataDir, say }, (server) => {
    watch = watchDatabase(server, { dataDir, say });
  });
  lifetime.add({
    name: 'database',
    stop: async () => {
      await opening.catch(() => {});
      await watch?.stop();
    },
    kill: () => watch?.kill(),
  });
  return opening;
}

async function start(settings: Settings): Promise<Supervisor> {
  const { dataDir, keysDir, production } = settings;
  const { urls } = await prepare(settings);
  if (production) await refuseDemoData(urls);
  await migrateAll(urls, say);
  const keys = await prepareKeys(keysDir, settings.env);
  const demo = production ? undefined : await seedDemoData(urls, { keysDir, env: settings.env, say });
  const logDir = join(dataDir, 'logs');
  await makeFolder(logDir);
  say('services: starting');
  const supervisor = supervise(services(settings, urls, keys), { dataDir, logDir, say });
  lifetime.add({ name: 'services', stop: () => supervisor.stop(), kill: () => supervisor.kill() });
  await Promise.race([supervisor.ready, supervisor.failed]);
  const gatewayUrl = urlOf(settings.host, settings.port, { tls: settings.tls });
  const credentials = demo && { gatewayUrl, ...demo };
  if (credentials) await writeDemoFile(dataDir, credentials);
  say('everything is up');
  process.stdout.write(greeting(gatewayUrl, credentials));
  setBusy(false);
  return supervisor;
}

/** One sentence for what we foresaw; anything else is a defect and shows where it happened. */
function explain(error: unknown): number {
  const foreseen = error instanceof StartError || error instanceof ConfigError;
  process.stderr.write(
    `${foreseen ? error.message : error instanceof Error ? error.stack : String(error)}\n`,
  );
  if (error instanceof StartError) return error.exitCode;
  return error instanceof ConfigError ? ConfigError.exitCode : 1;
}

async function run(): Promise<number> {
  try {
    const settings = readSettings(process.env, process.argv.slice(2));
    const running = start(settings).then(
      (supervisor) => supervisor.failed,
      (error: unknown) => Promise.reject(fileError(error, settings.dataDir)),
    );
    running.catch(() => {});
    await Promise.race([running, lifetime.asked]);
    return 0;
  } catch (error) {
    return explain(error);
  }
}

const exitCode = await run();
setBusy(true);
await lifetime.end();
process.exit(exitCode);
