import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { chmodSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { isAlive } from '@chorus/db/embedded-process.ts';
import type { DemoCredentials } from '@chorus/shared/demo.ts';

const START = join(import.meta.dirname, '../../scripts/start.ts');

/** A folder and ports of its own for one `npm start`. */
export interface Place {
  dataDir: string;
  port: number;
  remove(): void;
}

/** One `npm start`, run as its own process. */
export interface Started {
  supervisor: ChildProcess;
  /** All it printed so far. */
  output(): string;
  /** Resolves with the exit code once it ended. */
  exit: Promise<number | null>;
}

export async function newPlace(): Promise<Place> {
  const dataDir = mkdtempSync(join(tmpdir(), 'chorus-start-'));
  chmodSync(dataDir, 0o711);
  return { dataDir, port: await freeBasePort(), remove: () => removeAll(dataDir) };
}

function removeAll(dataDir: string) {
  try {
    const { directory }: { directory?: string } = JSON.parse(
      readFileSync(join(dataDir, 'state.json'), 'utf8'),
    );
    if (directory !== undefined) rmSync(dirname(directory), { recursive: true, force: true });
  } catch {
    // A start that was refused left no state.
  }
  rmSync(dataDir, { recursive: true, force: true });
}

/** A gateway port for which all the ports of an installation are free. */
async function freeBasePort(): Promise<number> {
  for (;;) {
    const base = 20_000 + Math.floor(Math.random() * 12_000);
    const ports = [0, 1, 2, 3, 4, 100, 101, 102, 103, 104, 112, 113, 114].map((offset) => base + offset);
    if ((await Promise.all(ports.map(isFree))).every(Boolean)) return base;
  }
}

async function isFree(port: number): Promise<boolean> {
  const server = createServer();
  server.listen({ port, host: '127.0.0.1', exclusive: true });
  const free = await Promise.race([
    once(server, 'listening').then(() => true),
    once(server, 'error').then(() => false),
  ]).catch(() => false);
  server.close();
  return free;
}

/** Starts without waiting; the environment holds nothing but what is given. */
export function start(
  { dataDir, port }: Place,
  env: Record<string, string> = {},
  args: string[] = [],
): Started {
  const supervisor = spawn(process.execPath, [START, ...args], {
    env: { PATH: process.env['PATH'] ?? '', CHORUS_DATA_DIR: dataDir, PORT: String(port), ...env },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  let said = '';
  for (const stream of [supervisor.stdout, supervisor.stderr])
    stream.on('data', (data) => (said += String(data)));
  const exit = once(supervisor, 'close').then(([code]) => code as number | null);
  return { supervisor, output: () => said, exit };
}

/** Waits until everything is up. */
export async function up(started: Started): Promise<Started> {
  const { promise, resolve } = Promise.withResolvers<boolean>();
  const look = () => started.output().includes('Chorus is up at') && resolve(true);
  started.supervisor.stdout?.on('data', look);
  look();
  if (await Promise.race([promise, started.exit.then(() => false)])) return started;
  throw new Error(`npm start ended:\n${started.output()}`);
}

/** The credentials a running installation offers to scripts. */
export const demoOf = ({ dataDir }: Place): DemoCredentials =>
  JSON.parse(readFileSync(join(dataDir, 'demo.json'), 'utf8'));

/** The processes of an installation by name, such as `mentions-worker`. */
export function childrenOf({ dataDir }: Place): Map<string, number> {
  const children: { name: string; pid: number }[] = JSON.parse(
    readFileSync(join(dataDir, 'children.json'), 'utf8'),
  );
  return new Map(children.map(({ name, pid }) => [name, pid]));
}

/** The number of the database server's process. */
export function databasePid({ dataDir }: Place): number {
  return Number(readFileSync(join(dataDir, 'pg18/postmaster.pid'), 'utf8').split('\n')[0]);
}

/** Which of these processes still run. */
export const alive = (pids: Iterable<number>) => [...pids].filter(isAlive);
