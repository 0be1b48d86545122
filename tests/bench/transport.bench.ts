import { fork } from 'node:child_process';
import { once } from 'node:events';
import { createLog } from '@chorus/shared/log.ts';
import { buildSchema } from 'graphql';
import { Client, Pool, type Dispatcher } from 'undici';
import type { Call } from '../../gateway/request.ts';
import { subgraphClient } from '../../gateway/transport/client.ts';
import { targetOf, transport } from '../../gateway/transport/transport.ts';
import { table } from './table.ts';

const FETCHES = 20_000;
const ROUNDS = 5;
const AT_ONCE = [1, 16, 128];
const FAR_MS = 10_000;
const IDENTITY = 'x'.repeat(900);
const QUERY = '{ trackers { volume { date count } sentiment { positive negative } } }';
const BODY = JSON.stringify({ query: QUERY, variables: { filter: 'x'.repeat(300) } });
const HEADERS = Object.entries({
  'content-type': 'application/json',
  accept: 'application/json',
  'chorus-request-id': '01890a5d-ac96-774b-bcce-b302099a8057',
  'chorus-deadline-ms': String(FAR_MS),
  'chorus-identity': IDENTITY,
  'chorus-client-address': '127.0.0.1',
  'chorus-scheme': 'http',
}).flat();
const SCHEMA = buildSchema(`type Query { trackers: [Tracker] }
  type Tracker { volume: [Day] sentiment: Sentiment }
  type Day { date: String count: Int } type Sentiment { positive: Int negative: Int }`);

interface Contender {
  name: string;
  ask: () => Promise<unknown>;
  stop: () => Promise<void>;
}

/** What one fetch costs the gateway's process, compared with undici alone; the subgraph is another process. */
export async function run(): Promise<string> {
  const subgraph = fork(new URL('transport.subgraph.ts', import.meta.url));
  const [port] = (await once(subgraph, 'message')) as [number];
  const origin = `http://127.0.0.1:${port}`;
  const address = `${origin}/graphql`;
  const contenders = [
    bare('undici, 64 connections x 1', new Pool(origin, { connections: 64 })),
    bare('undici, 2 connections x 64', twoClients(origin)),
    client(address),
    wholeTransport(address),
  ];
  const rows = contenders.map(({ name }) => [name, ...AT_ONCE.map(() => Infinity)] as [string, ...number[]]);
  for (let round = 0; round < ROUNDS; round += 1)
    for (const [column, atOnce] of AT_ONCE.entries())
      for (const [row, { ask }] of contenders.entries())
        keepLeast(rows[row] ?? [''], column + 1, await costOf(ask, atOnce));
  await Promise.all(contenders.map(({ stop }) => stop()));
  subgraph.kill();
  return table([
    ['CPU us per fetch', ...AT_ONCE.map((count) => `${count} at once`)],
    ...rows.map((cells) => cells.map((cell) => (typeof cell === 'number' ? cell.toFixed(1) : cell))),
  ]);
}

function keepLeast(row: [string, ...number[]], column: number, cost: number): void {
  row[column] = Math.min(Number(row[column]), cost);
}

async function costOf(ask: Contender['ask'], atOnce: number): Promise<number> {
  const count = atOnce === 1 ? FETCHES / 10 : FETCHES;
  let left = count;
  const one = async () => {
    while (left-- > 0) await ask();
  };
  const before = process.cpuUsage();
  await Promise.all(Array.from({ length: atOnce }, one));
  const { user, system } = process.cpuUsage(before);
  return (user + system) / count;
}

function client(address: string): Contender {
  const { send, stop } = subgraphClient(targetOf(address, 'SUBGRAPH'), FAR_MS);
  const sending = { body: BODY, headers: HEADERS, repeatable: true, isOver: () => false };
  return { name: 'our client', ask: () => send(sending), stop };
}

function wholeTransport(address: string): Contender {
  const { ask, shapeOf, stop } = transport({
    targets: new Map([['subgraph', targetOf(address, 'SUBGRAPH')]]),
    schema: SCHEMA,
    timeoutMs: FAR_MS,
    log: createLog('bench', 'silent'),
  });
  const call = {
    requestId: '01890a5d-ac96-774b-bcce-b302099a8057',
    signal: new AbortController().signal,
    clientAddress: '127.0.0.1',
    scheme: 'http',
    identity: () => IDENTITY,
    forwarded: {},
  } as Partial<Call> as Call;
  const fetch = { subgraph: 'subgraph', body: BODY, shape: shapeOf(QUERY), sent: 0, sharedBy: undefined };
  const one = () => ask({ ...fetch, call: { ...call, deadline: Date.now() + FAR_MS } });
  return { name: 'whole transport, parsed and checked', ask: one, stop };
}

function twoClients(origin: string): Pick<Dispatcher, 'dispatch' | 'destroy'> {
  const clients = [0, 1].map(() => new Client(origin, { pipelining: 64 }));
  let turn = 0;
  return {
    dispatch: (options, handler) => clients[turn++ % 2]?.dispatch(options, handler) ?? false,
    destroy: async () => void (await Promise.all(clients.map((one) => one.destroy()))),
  };
}

function bare(name: string, dispatcher: Pick<Dispatcher, 'dispatch' | 'destroy'>): Contender {
  const options = { path: '/graphql', method: 'POST', body: BODY, headers: HEADERS } as const;
  const ask = () =>
    new Promise((resolve, reject) => {
      let text = '';
      dispatcher.dispatch(
        { ...options, idempotent: true, blocking: false },
        {
          onRequestStart: () => undefined,
          onResponseData: (_controller, chunk) => void (text += chunk.toString('utf8')),
          onResponseEnd: () => resolve(text),
          onResponseError: (_controller, error) => reject(error),
        },
      );
    });
  return { name, ask, stop: () => dispatcher.destroy() };
}
