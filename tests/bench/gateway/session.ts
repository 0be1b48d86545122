/** What all measurements of a run stand on: subgraphs, supergraphs, tokens and the sender of requests. */
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { leaveGatewayCore } from './machine.ts';
import { bodyOf, type Case } from './operations.ts';
import { say } from './progress.ts';
import { startGateway, startLoad, startSubgraphs, type Command, type Running } from './processes.ts';
import type { Order, Outcome } from './load.ts';
import { supergraph, VARIANTS, type SubgraphName, type Variant } from './schema.ts';
import type { Target } from './targets.ts';
import { CALLERS, writeTokens, type Requests } from './tokens.ts';

const CONNECTIONS = 50;
/**
 * As long for each, however fast it is: code that runs seldom is slow at first. Distinct requests come first, when the
 * engine knows nothing yet; after less time than this it was still getting faster.
 */
const WARM_UP_MS: Readonly<Record<Requests, number>> = {
  distinct: 10_000,
  identical: 3_000,
  'first-seen': 1_000,
};

export interface Session {
  folder: string;
  /** The first `CALLERS` take turns; those after them were never sent. */
  tokens: readonly string[];
  /** Requests that subgraphs got so far. */
  fetches: () => Promise<number>;
  start: (target: Target, change?: (command: Command) => Command) => Promise<Running>;
  warmUp: (
    target: Target,
    running: Running,
    operation: Case,
    requests: Requests,
    rest?: Partial<Order>,
  ) => Promise<void>;
  send: (running: Running, operation: Case, requests: Requests, rest: Partial<Order>) => Promise<Outcome>;
}

const TAKING_TURNS: Readonly<Record<Requests, Pick<Order, 'from' | 'to' | 'again'>>> = {
  distinct: { from: 0, to: CALLERS, again: true },
  identical: { from: 0, to: 1, again: true },
  'first-seen': { from: CALLERS, to: Infinity, again: false },
};

/** Runs with everything in place, and leaves nothing of it behind. */
export async function inSession<Result>(
  requests: readonly Requests[],
  use: (session: Session) => Promise<Result>,
): Promise<Result> {
  if (process.platform !== 'linux') throw new Error('The gateway is measured on Linux only.');
  leaveGatewayCore();
  for (const signal of ['SIGINT', 'SIGTERM']) process.once(signal, () => process.exit(1));
  const folder = mkdtempSync(join(tmpdir(), 'chorus-bench-'));
  process.once('exit', () => rmSync(folder, { recursive: true, force: true }));
  const stops: (() => Promise<void>)[] = [];
  try {
    return await use(await opened(folder, requests.includes('first-seen'), (stop) => stops.push(stop)));
  } finally {
    for (const stop of stops.toReversed()) await stop();
  }
}

async function opened(
  folder: string,
  firstSeen: boolean,
  atEnd: (stop: () => Promise<void>) => void,
): Promise<Session> {
  const subgraphs = await startSubgraphs();
  atEnd(subgraphs.stop);
  const supergraphs = supergraphFiles(folder, subgraphs.urls);
  say('signing tokens');
  const { jwks, file, tokens } = await writeTokens(folder, firstSeen);
  const load = await startLoad(file);
  atEnd(load.stop);
  const send: Session['send'] = ({ name, port }, operation, kind, rest) => {
    const order = { port, body: bodyOf(operation), connections: CONNECTIONS, ms: 0, atLeast: 0 };
    return load.send({ ...order, ...TAKING_TURNS[kind], ...rest }).catch((cause: unknown) => {
      throw new Error(`${name}, ${operation}: ${String(cause)}`);
    });
  };
  return {
    folder,
    tokens,
    fetches: subgraphs.count,
    send,
    start: async ({ name, command, probe }, change = (same) => same) => {
      const commandOn = (port: number) => change(command({ supergraphs, jwks }, port));
      const running = await startGateway(name, commandOn, folder, { token: tokens[0] ?? '', probe });
      atEnd(running.stop);
      return running;
    },
    warmUp: async ({ knowsCallers }, running, operation, requests, rest = {}) => {
      const kind = requests === 'first-seen' ? 'distinct' : requests;
      // A caller is known whatever was asked, so the cheapest operation makes all of them known.
      if (knowsCallers && kind === 'distinct') await send(running, 'tiny', kind, { ms: 0, atLeast: CALLERS });
      await send(running, operation, kind, { ms: WARM_UP_MS[requests], ...rest });
    },
  };
}

function supergraphFiles(
  folder: string,
  urls: Readonly<Record<SubgraphName, string>>,
): Record<Variant, string> {
  const files = VARIANTS.map((variant) => {
    const file = join(folder, `${variant}.graphql`);
    writeFileSync(file, supergraph(variant, urls));
    return [variant, file];
  });
  return Object.fromEntries(files) as Record<Variant, string>;
}
