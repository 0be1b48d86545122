import { mkdtempSync, rmSync } from 'node:fs';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { randomInt } from 'node:crypto';
import type { DatabaseUrls } from '@chorus/db/databases.ts';
import { prepareKeys, type Keys } from '../../scripts/supervise/keys.ts';
import { allAddresses, services } from '../../scripts/supervise/services.ts';
import { readSettings, urlOf, type Settings } from '../../scripts/supervise/settings.ts';
import { supervise } from '../../scripts/supervise/supervisor.ts';

/** The whole product running: every process as `npm start` runs it, on free ports, over the given databases. */
export interface System {
  gatewayUrl: string;
  /** Where each subgraph listens, which only the gateway should know. */
  subgraphUrls: string[];
  urls: DatabaseUrls;
  keys: Keys;
  dataDir: string;
  stop: () => Promise<void>;
}

/** Ready when it returns. */
export async function startSystem(urls: DatabaseUrls): Promise<System> {
  const dataDir = mkdtempSync(join(tmpdir(), 'chorus-system-'));
  const settings = await settingsOnFreePorts(dataDir);
  const keys = await prepareKeys(settings.keysDir);
  const supervisor = supervise(services(settings, urls, keys), {
    dataDir,
    logDir: dataDir,
    say: () => undefined,
  });
  const stop = async () => {
    await supervisor.stop();
    rmSync(dataDir, { recursive: true, force: true });
  };
  try {
    await Promise.race([supervisor.ready, supervisor.failed]);
  } catch (error) {
    supervisor.kill();
    throw error;
  }
  const gatewayUrl = urlOf(settings.host, settings.port);
  return { gatewayUrl, subgraphUrls: subgraphUrlsOf(settings), urls, keys, dataDir, stop };
}

/** The first address of each is its GraphQL, the second its health. */
const subgraphUrlsOf = (settings: Settings): string[] =>
  ['accounts', 'mentions', 'reporting', 'billing'].flatMap((name) => {
    const at = allAddresses(settings).find((address) => address.name === name);
    return at === undefined ? [] : [urlOf(at.host, at.port)];
  });

/** A block of ports in which nothing listens; tried at random, so that parallel runs rarely meet. */
async function settingsOnFreePorts(dataDir: string): Promise<Settings> {
  for (;;) {
    const env = { CHORUS_DATA_DIR: dataDir, PORT: String(randomInt(10_000, 30_000)), LOG_LEVEL: 'warn' };
    const settings = readSettings({ ...process.env, ...env }, []);
    const free = await Promise.all(allAddresses(settings).map(({ host, port }) => isFree(host, port)));
    if (free.every(Boolean)) return settings;
  }
}

const isFree = (host: string, port: number): Promise<boolean> =>
  new Promise((resolve) => {
    const probe = createServer();
    probe.once('error', () => resolve(false));
    probe.listen({ host, port }, () => probe.close(() => resolve(true)));
  });
