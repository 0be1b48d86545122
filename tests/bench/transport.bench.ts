import { fork } from 'node:child_process';
import { once } from 'node:events';
import { subgraphClient } from '@chorus/gateway/transport/client.ts';
import { Client, Pool, type Dispatcher } from 'undici';
import { table } from './table.ts';

const FETCHES = 20_000;
const ROUNDS = 5;
const AT_ONCE = [1, 16, 128];
const HEADERS = [
  ...['content-type', 'application/json', 'accept', 'application/json'],
  ...['chorus-request-id', '01890a5d-ac96-774b-bcce-b302099a8057', 'chorus-deadline-ms', '10000'],
  ...['chorus-identity', 'x'.repeat(900), 'chorus-client-address', '127.0.0.1', 'chorus-scheme', 'http'],
];
const BODY = JSON.stringify({
  query: `query Mentions($representations: [_Any!]!) { _entities(representations: $representations) {
    ... on Tracker { volume { date count } sentiment { positive negative } } } }`,
  variables: { representations: [1, 2, 3, 4, 5].map((id) => ({ __typename: 'Tracker', id: String(id) })) },
});

type Ask = () => Promise<string>;
interface Contender {
  name: string;
  ask: Ask;
  stop: () => Promise<void>;
}

/** What one fetch costs the gateway's process, compared with undici alone; the subgraph is another process. */
export async function run(): Promise<string> {
  const subgraph = fork(new URL('transport.subgraph.ts', import.meta.url));
  const [port] = (await once(subgraph, 'message')) as [number];
  const target = { origin: `http://127.0.0.1:${port}`, path: '/graphql' };
  const client = subgraphClient(target, 10_000);
  const sending = { body: BODY, headers: HEADERS, repeatable: true, isOver: () => false };
  const contenders: Contender[] = [
    { name: 'ours', ask: async () => (await client.send(sending)).text, stop: client.stop },
    bare('undici, 2 connections x 64', twoClients(target.origin)),
    bare('undici, 64 connections x 1', new Pool(target.origin, { connections: 64 })),
  ];
  const rows: (string | number)[][] = [
    ['client', ...AT_ONCE.map((count) => `CPU us per fetch, ${count} at once`)],
  ];
  const costs = contenders.map(() => AT_ONCE.map(() => Infinity));
  for (let round = 0; round < ROUNDS; round += 1)
    for (const [column, count] of AT_ONCE.entries())
      for (const [row, { ask }] of contenders.entries()) {
        const cost = await costOf(ask, count);
        const known = costs[row];
        if (known !== undefined) known[column] = Math.min(known[column] ?? Infinity, cost);
      }
  for (const [row, { name }] of contenders.entries())
    rows.push([name, ...(costs[row] ?? []).map((cost) => cost.toFixed(1))]);
  await Promise.all(contenders.map(({ stop }) => stop()));
  subgraph.kill();
  return table(rows);
}

async function costOf(ask: Ask, atOnce: number): Promise<number> {
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

function twoClients(origin: string): Pick<Dispatcher, 'dispatch' | 'destroy'> {
  const clients = [0, 1].map(() => new Client(origin, { pipelining: 64 }));
  let turn = 0;
  return {
    dispatch: (options, handler) => clients[turn++ % 2]?.dispatch(options, handler) ?? false,
    destroy: async () => void (await Promise.all(clients.map((client) => client.destroy()))),
  };
}

function bare(name: string, dispatcher: Pick<Dispatcher, 'dispatch' | 'destroy'>): Contender {
  const options = { path: '/graphql', method: 'POST', body: BODY, headers: HEADERS } as const;
  const ask: Ask = () =>
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
