import { spawn } from 'node:child_process';
import { closeSync, fstatSync, openSync, readSync } from 'node:fs';
import { setTimeout as sleep } from 'node:timers/promises';
import postgres from 'postgres';
import type { Binaries } from './embedded-binaries.ts';
import type { Cluster } from './embedded-cluster.ts';
import { disownPidFile, ended, freePort, isAlive, readPidFile, servesFolder } from './embedded-process.ts';
import { errorCode, StartError } from './start-error.ts';

/** A live server that accepted our password. */
export interface LiveServer {
  pid: number;
  port: number;
}

export const adminUrl = (port: number, { password }: Pick<Cluster, 'password'>) =>
  `postgres://postgres:${password}@127.0.0.1:${port}/postgres`;

/** The version of the server behind this port if it is ours and ready, or that it refused our password. */
async function ask(port: number, cluster: Cluster): Promise<{ version?: string; refused?: boolean }> {
  const sql = postgres(adminUrl(port, cluster), { max: 1, connect_timeout: 5, onnotice: () => {} });
  try {
    const [row] = await sql<{ version: string; directory: string }[]>`
      select current_setting('server_version') as version, current_setting('data_directory') as directory`;
    return row?.directory === cluster.directory ? { version: row.version } : {};
  } catch (error) {
    return { refused: errorCode(error) === '28P01' };
  } finally {
    await sql.end({ timeout: 0 });
  }
}

const passwordError = ({ directory }: Cluster) =>
  new StartError(`state.json does not hold the password of the database in ${directory}: restore that file.`);

/** A server left over by a killed starter, if it is alive and of our version; another version is stopped. */
export async function adopt(cluster: Cluster, { version }: Binaries): Promise<LiveServer | undefined> {
  const deadline = Date.now() + 10_000;
  for (;;) {
    const file = await readPidFile(cluster.directory);
    if (!file || !isAlive(file.pid)) return undefined;
    if (!servesFolder(file.pid, cluster.directory)) {
      await disownPidFile(cluster.directory);
      return undefined;
    }
    const answer = file.port === undefined ? {} : await ask(file.port, cluster);
    if (answer.refused) throw passwordError(cluster);
    if (answer.version === version && file.port) return { pid: file.pid, port: file.port };
    if (answer.version !== undefined) await stopServer(file.pid);
    else if (Date.now() > deadline) {
      throw new StartError(
        `The database server in ${cluster.directory} (process ${file.pid}) does not answer: end it and start again.`,
      );
    }
    await sleep(100);
  }
}

export interface LaunchOptions {
  settings: Record<string, string>;
  /** The port to prefer; with `fixedPort` no other will do. */
  port: number | undefined;
  fixedPort: boolean;
  logFile: string;
  onProgress: (line: string) => void;
}

const PASSING = /still in use|already exists|could not bind|could not create any TCP/;

/** Starts a server, again and again for some 10 s while remains of a killed predecessor are in the way. */
export async function launch(
  cluster: Cluster,
  binaries: Binaries,
  options: LaunchOptions,
): Promise<LiveServer> {
  const deadline = Date.now() + 10_000;
  for (let pauseMs = 100; ; pauseMs = Math.min(pauseMs * 2, 2000)) {
    const port = options.fixedPort && options.port ? options.port : await freePort(options.port);
    const outcome = await launchOnce(cluster, binaries, port, options);
    if (typeof outcome === 'object') return outcome;
    if (Date.now() > deadline || !PASSING.test(outcome)) throw launchError(outcome, cluster.directory);
    options.onProgress('database: waiting for the remains of an earlier server to end');
    await sleep(pauseMs);
  }
}

function launchError(log: string, directory: string): StartError {
  if (/No space left on device/.test(log)) return new StartError(`The disk that holds ${directory} is full.`);
  return new StartError(`The database server did not start; it said last:\n${log}`);
}

/** The live server, or the last lines of its log when it ended early. */
async function launchOnce(
  cluster: Cluster,
  { postgres: program }: Binaries,
  port: number,
  { settings, logFile, onProgress }: LaunchOptions,
): Promise<LiveServer | string> {
  const log = openSync(logFile, 'a', 0o600);
  const { size } = fstatSync(log);
  const flags = Object.entries({ ...settings, port: String(port) }).flatMap(([k, v]) => ['-c', `${k}=${v}`]);
  const server = spawn(program, ['-D', cluster.directory, ...flags], {
    cwd: '/',
    env: { LC_ALL: 'C', TZ: 'UTC' },
    detached: true,
    stdio: ['ignore', log, log],
    ...cluster.user,
  });
  closeSync(log);
  server.unref();
  let failure: string | undefined;
  server.once('error', (error) => (failure = String(error)));
  server.once('exit', () => (failure ??= lastLines(logFile, size)));
  let said = Date.now();
  while (failure === undefined && server.pid !== undefined) {
    const { version, refused } = await ask(port, cluster);
    if (version) {
      server.removeAllListeners();
      return { pid: server.pid, port };
    }
    if (refused) {
      await stopServer(server.pid);
      throw passwordError(cluster);
    }
    if (Date.now() - said > 2000) {
      onProgress(`database: ${lastLines(logFile, size).split('\n').at(-1) ?? 'starting'}`);
      said = Date.now();
    }
    await sleep(20);
  }
  return failure ?? 'it could not be executed';
}

function lastLines(file: string, from: number): string {
  const log = openSync(file, 'r');
  const length = fstatSync(log).size - from;
  const buffer = Buffer.alloc(Math.min(length, 4096));
  readSync(log, buffer, 0, buffer.length, from + length - buffer.length);
  closeSync(log);
  return buffer.toString('utf8').trim().split('\n').slice(-5).join('\n');
}

/** Ends a server: its clients are disconnected, and what does not obey is killed. */
export async function stopServer(pid: number) {
  for (const [signal, waitMs] of [
    ['SIGINT', 10_000],
    ['SIGQUIT', 3000],
    ['SIGKILL', 3000],
  ] as const) {
    if (!isAlive(pid)) return;
    try {
      process.kill(pid, signal);
    } catch {
      return;
    }
    if (await ended(pid, waitMs)) return;
  }
}
