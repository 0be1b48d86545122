import { existsSync, readFileSync } from 'node:fs';
import { readFile, writeFile } from 'node:fs/promises';
import { createServer } from 'node:net';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { errorCode } from './start-error.ts';

/** True while the process exists and is not a zombie, which nobody may ever collect in a container. */
export function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
  } catch (error) {
    return errorCode(error) === 'EPERM';
  }
  try {
    const stat = readFileSync(`/proc/${pid}/stat`, 'utf8');
    return stat.slice(stat.lastIndexOf(')') + 2, stat.lastIndexOf(')') + 3) !== 'Z';
  } catch {
    return !existsSync('/proc/self/stat');
  }
}

/** True when the process ended within the time. */
export async function ended(pid: number, withinMs: number): Promise<boolean> {
  for (const deadline = Date.now() + withinMs; isAlive(pid); await sleep(10)) {
    if (Date.now() > deadline) return false;
  }
  return true;
}

/** What a running server says of itself in its data folder; the port is missing while it is still starting. */
export interface PidFile {
  pid: number;
  port: number | undefined;
}

export async function readPidFile(directory: string): Promise<PidFile | undefined> {
  const file = join(directory, 'postmaster.pid');
  if (!existsSync(file)) return undefined;
  const lines = (await readFile(file, 'utf8')).split('\n');
  const pid = Number(lines[0]);
  return pid > 0 ? { pid, port: Number(lines[3]) || undefined } : undefined;
}

/** Whether the live process is a server of this very folder and not one that was given its old number. */
export function servesFolder(pid: number, directory: string): boolean {
  if (!isAlive(pid)) return false;
  try {
    return readFileSync(`/proc/${pid}/cmdline`, 'utf8').split('\0').includes(directory);
  } catch {
    return !existsSync('/proc/self/cmdline');
  }
}

const NO_PROCESS = 2 ** 31 - 2;

/**
 * A pid file that names a foreign live process stops the server. Only the number is replaced: the rest of the file
 * lets the server see whether processes of its predecessor still use its shared memory.
 */
export async function disownPidFile(directory: string) {
  const file = join(directory, 'postmaster.pid');
  const [, ...rest] = (await readFile(file, 'utf8')).split('\n');
  await writeFile(file, [NO_PROCESS, ...rest].join('\n'));
}

/** A loopback port nobody listens on; `preferred` if that is one. */
export async function freePort(preferred: number | undefined): Promise<number> {
  const port = (preferred && (await listen(preferred))) || (await listen(0));
  if (port === undefined) throw new Error('no free port on 127.0.0.1');
  return port;
}

function listen(port: number): Promise<number | undefined> {
  const { promise, resolve } = Promise.withResolvers<number | undefined>();
  const server = createServer();
  server.once('error', () => resolve(undefined));
  server.listen({ port, host: '127.0.0.1', exclusive: true }, () => {
    const address = server.address();
    server.close(() => resolve(typeof address === 'object' && address ? address.port : undefined));
  });
  return promise;
}
