import { existsSync, renameSync, rmSync, statSync } from 'node:fs';
import { realpath } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { packageFolder, runnableBinaries } from './embedded-binaries.ts';
import { type Cluster, makeFolder, placeOf, prepareCluster } from './embedded-cluster.ts';
import { adminUrl, adopt, launch, type LiveServer, stopServer } from './embedded-server.ts';
import { readState, writeState } from './embedded-state.ts';
import { isOpenTo } from './embedded-user.ts';
import { StartError } from './start-error.ts';
import { takeLock } from './start-lock.ts';

export interface EmbeddedOptions {
  /** The folder of this installation, usually `.data`; the files of the database may have to lie elsewhere. */
  dataDir: string;
  onProgress?: (line: string) => void;
  /** Server settings beside and above the defaults, such as `max_connections`. */
  settings?: Record<string, string | number>;
  /** The one port to use; by default the one used last, or any free one. */
  port?: number;
  /** The package that holds the binaries; tests pass damaged copies. */
  packageDir?: string;
}

/** The running server of an installation; `stop` ends it for every process that uses it. */
export interface EmbeddedServer {
  adminUrl: string;
  port: number;
  pid: number;
  /** It was left running by an earlier starter, or another one runs it right now. */
  adopted: boolean;
  /** Where its files are. */
  directory: string;
  stop(): Promise<void>;
}

const SETTINGS = {
  listen_addresses: '127.0.0.1',
  unix_socket_directories: '',
  jit: 'off',
  shared_buffers: '256MB',
  max_connections: 200,
  random_page_cost: 1.1,
  timezone: 'UTC',
  log_timezone: 'UTC',
};

/** Starts the embedded PostgreSQL of `dataDir`, or adopts it when it runs already; safe to call twice at once. */
export async function startEmbedded(options: EmbeddedOptions): Promise<EmbeddedServer> {
  const onProgress = options.onProgress ?? (() => {});
  await makeFolder(options.dataDir);
  const dataDir = await realpath(options.dataDir);
  const release = await waitForLock(join(dataDir, 'database.lock'), onProgress);
  try {
    const { cluster, live, adopted } = await adoptOrLaunch({ ...options, dataDir, onProgress });
    return {
      adminUrl: adminUrl(live.port, cluster),
      port: live.port,
      pid: live.pid,
      adopted,
      directory: cluster.directory,
      stop: () => stopServer(live.pid),
    };
  } finally {
    release();
  }
}

async function waitForLock(file: string, onProgress: (line: string) => void) {
  for (let round = 0; round < 30; round++) {
    const release = await takeLock(file, 2000);
    if (release) return release;
    onProgress('database: another process is starting it');
  }
  throw new StartError(`Another process has been starting the database for a minute (${file}).`);
}

type Resolved = EmbeddedOptions & { onProgress: (line: string) => void };

async function adoptOrLaunch(
  options: Resolved,
): Promise<{ cluster: Cluster; live: LiveServer; adopted: boolean }> {
  const { dataDir, onProgress } = options;
  const settings = Object.entries({ ...SETTINGS, ...options.settings }).map(([k, v]) => [k, String(v)]);
  const place = await placeOf(dataDir);
  const copyBase = isOpenTo(place.user, dataDir) ? dataDir : '/var/lib/chorus';
  if (copyBase !== dataDir) await makeFolder(dirname(place.directory));
  const source = options.packageDir ?? packageFolder();
  const binaries = await runnableBinaries(source, copyBase, place.user, onProgress);
  const durable = options.settings?.['fsync'] !== 'off';
  const cluster = await prepareCluster(dataDir, place, binaries, { durable, onProgress });
  const left = await adopt(cluster, binaries);
  const live = left ?? (await launch(cluster, binaries, await launchOptions(options, settings)));
  await rememberPort(dataDir, live.port);
  return { cluster, live, adopted: left !== undefined };
}

async function launchOptions(options: Resolved, settings: string[][]) {
  await makeFolder(join(options.dataDir, 'logs'));
  const state = await readState(options.dataDir);
  return {
    settings: Object.fromEntries(settings),
    port: options.port ?? state?.port,
    fixedPort: options.port !== undefined,
    logFile: rotated(join(options.dataDir, 'logs', 'database.log')),
    onProgress: options.onProgress,
  };
}

/** Keeps one earlier log, so that a log never grows without end. */
function rotated(file: string): string {
  if (existsSync(file) && statSync(file).size > 5_000_000) {
    rmSync(`${file}.1`, { force: true });
    renameSync(file, `${file}.1`);
  }
  return file;
}

/** The next start prefers the same port, so that tools pointed at it go on working. */
async function rememberPort(dataDir: string, port: number) {
  const state = await readState(dataDir);
  if (state && (state.port !== port || state.home !== dataDir)) {
    await writeState(dataDir, { ...state, home: dataDir, port });
  }
}
