import { spawn, spawnSync, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { createClient } from '@redis/client';
import { expect, vi } from 'vitest';
import { whenFinished } from '../../testing-lifetime.ts';

const BINARY = ['redis-server', 'valkey-server'].find((name) => spawnSync(name, ['--version']).status === 0);

/** Tests over a real Redis are skipped where there is none, */
export const hasRedis = BINARY !== undefined;
/** and their name says why. */
export const whySkipped = hasRedis ? '' : ', skipped because there is no redis-server here';

/** A Redis of the test's own. */
export interface TestRedis {
  url: string;
  /** It answers nobody, and connections stay. */
  freeze: () => void;
  thaw: () => void;
  /** Ends it at once, with all that it holds; the next one is at the same place. */
  kill: () => Promise<void>;
  start: () => Promise<void>;
  /** One command on a connection of its own. */
  run: (...command: string[]) => Promise<unknown>;
  /** Waits until a value with this text lies in it. */
  holds: (text: string) => Promise<void>;
}

/** Starts Redis on this machine, without a disk, until the test ends. */
export async function redisServer(...settings: string[]): Promise<TestRedis> {
  let child: ChildProcess | undefined;
  let port = 0;
  while (child === undefined) {
    // Ports above may be taken any time by connections that begin here.
    port = 20_000 + Math.floor(Math.random() * 12_000);
    child = await begin(port, settings);
  }
  return {
    url: `redis://127.0.0.1:${port}`,
    freeze: () => void child?.kill('SIGSTOP'),
    thaw: () => void child?.kill('SIGCONT'),
    kill: async () => {
      if (child === undefined) return;
      const ended = once(child, 'exit');
      child.kill('SIGKILL');
      await ended;
    },
    start: () =>
      vi
        .waitUntil(async () => (child = await begin(port, settings)) !== undefined, SLOWLY)
        .then(() => undefined),
    run: (...command) => run(port, command),
    holds: (text) => vi.waitFor(() => expectValue(port, text), SLOWLY),
  };
}

async function expectValue(port: number, text: string): Promise<void> {
  const keys = (await run(port, ['KEYS', 'chorus:cache:1:[pt]*'])) as string[];
  const values = keys.length === 0 ? [] : ((await run(port, ['MGET', ...keys])) as (string | null)[]);
  expect(values.join('\n')).toContain(text);
}

const SLOWLY = { timeout: 30_000, interval: 10 };

/** Undefined when somebody else has the port. */
async function begin(port: number, settings: readonly string[]): Promise<ChildProcess | undefined> {
  const args = ['--port', String(port), '--bind', '127.0.0.1', '--save', '', ...settings];
  const child = spawn(BINARY ?? '', args, { stdio: 'ignore' });
  const end = () => void child.kill('SIGKILL');
  process.once('exit', end);
  whenFinished(() => {
    process.off('exit', end);
    end();
  });
  const ended = once(child, 'exit').then(() => false);
  const isUp = () =>
    run(port, ['INFO', 'server']).then(
      (info) => String(info).includes(`process_id:${child.pid}\r`),
      () => false,
    );
  const up = vi.waitUntil(async () => child.exitCode !== null || (await isUp()), SLOWLY);
  await Promise.race([up, ended]);
  return child.exitCode === null ? child : undefined;
}

async function run(port: number, command: string[]): Promise<unknown> {
  const socket = { port, host: '127.0.0.1', reconnectStrategy: false as const };
  const client = createClient({ socket, maintNotifications: 'disabled' });
  client.on('error', () => undefined);
  try {
    await client.connect();
    return await client.sendCommand(command);
  } finally {
    if (client.isOpen) client.destroy();
  }
}
