/** Starts the processes of a run and ends them with it. */
import { spawn, type ChildProcess, type SpawnOptions } from 'node:child_process';
import { once } from 'node:events';
import { closeSync, openSync, readFileSync } from 'node:fs';
import { createServer } from 'node:net';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { onGatewayCore } from './machine.ts';
import { bodyOf } from './operations.ts';
import type { Order, Outcome } from './load.ts';
import type { SubgraphName } from './schema.ts';

const STARTS_WITHIN_MS = 120_000;
const ENDS_WITHIN_MS = 10_000;
const LOOK_AGAIN_MS = 50;

const here = (file: string): string => join(import.meta.dirname, file);

const alive = new Set<ChildProcess>();
process.once('exit', () => {
  for (const child of alive) child.kill('SIGKILL');
});

/** A process that does not outlive this one. */
function started(program: string, args: readonly string[], options: SpawnOptions): ChildProcess {
  const child = spawn(program, args, options);
  alive.add(child);
  return child.once('exit', () => alive.delete(child));
}

/** Ends the process, in peace if it can. */
async function end(child: ChildProcess): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return;
  const ended = once(child, 'exit');
  child.kill('SIGTERM');
  const timer = setTimeout(() => child.kill('SIGKILL'), ENDS_WITHIN_MS);
  await ended;
  clearTimeout(timer);
}

function helper(file: string, args: readonly string[]) {
  const child = started(process.execPath, [here(file), ...args], {
    stdio: ['ignore', 'inherit', 'inherit', 'ipc'],
  });
  const told = async () => {
    const heard = new AbortController();
    const ended = once(child, 'exit', heard).then(() => Promise.reject(new Error(`${file} ended`)));
    const [message] = (await Promise.race([once(child, 'message', heard), ended])) as [unknown];
    heard.abort();
    return message;
  };
  return { child, told };
}

export async function startSubgraphs() {
  const { child, told } = helper('subgraphs.ts', []);
  const urls = (await told()) as Record<SubgraphName, string>;
  return {
    urls,
    /** Requests that all subgraphs got so far. */
    count: async () => Number(await (await fetch(new URL('/count', urls.accounts))).text()),
    stop: () => end(child),
  };
}

/** The process that sends requests, with the tokens of a file. */
export async function startLoad(tokensFile: string) {
  const { child, told } = helper('load.ts', [tokensFile]);
  await told();
  return {
    /** @throws when an answer was not like the others */
    send: async (order: Order): Promise<Outcome> => {
      child.send(order);
      const outcome = (await told()) as Outcome | { failure: string };
      if ('failure' in outcome) throw new Error(outcome.failure);
      return outcome;
    },
    stop: () => end(child),
  };
}

async function freePort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const address = server.address();
  server.close();
  if (address === null || typeof address === 'string') throw new Error('no free port');
  return address.port;
}

export interface Command {
  /** Arguments of Node. */
  args: readonly string[];
  cwd: string;
  env?: Readonly<Record<string, string>>;
}

export interface Running {
  name: string;
  port: number;
  pid: number;
  ask: (body: string, token: string) => Promise<{ data?: unknown; errors?: unknown }>;
  stop: () => Promise<void>;
}

/** A gateway on the gateway's core, once it answers. @throws with what it said when it does not */
export async function startGateway(
  name: string,
  commandOn: (port: number) => Command,
  folder: string,
  { token, probe = bodyOf('tiny') }: { token: string; probe?: string | undefined },
): Promise<Running> {
  const port = await freePort();
  const { args, cwd, env = {} } = commandOn(port);
  const [program = '', ...rest] = onGatewayCore([process.execPath, ...args]);
  const output = join(folder, `${name.replaceAll(' ', '-')}.log`);
  const file = openSync(output, 'w');
  const { PATH = '', HOME = '' } = process.env;
  const child = started(program, rest, { cwd, env: { PATH, HOME, ...env }, stdio: ['ignore', file, file] });
  closeSync(file);
  const ask: Running['ask'] = async (body, bearer) => {
    const headers = {
      'content-type': 'application/json',
      accept: 'application/json',
      authorization: `Bearer ${bearer}`,
    };
    const response = await fetch(`http://127.0.0.1:${port}/graphql`, { method: 'POST', headers, body });
    return (await response.json()) as Awaited<ReturnType<Running['ask']>>;
  };
  const giveUp = Date.now() + STARTS_WITHIN_MS;
  for (;;) {
    const answer = await ask(probe, token).catch(() => undefined);
    if (answer?.data !== undefined) break;
    if (child.exitCode !== null || Date.now() > giveUp) {
      await end(child);
      const said = `${JSON.stringify(answer)}\n${readFileSync(output, 'utf8').slice(-3_000)}`;
      throw new Error(`${name} does not answer; it said:\n${said}`);
    }
    await sleep(LOOK_AGAIN_MS);
  }
  return { name, port, pid: child.pid ?? 0, ask, stop: () => end(child) };
}
