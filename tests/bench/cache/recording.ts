/** The shop's subgraphs, which remember what they were asked. */
import { once } from 'node:events';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import { readBody } from '@chorus/shared/http.ts';
import { graphql, type GraphQLSchema } from 'graphql';
import { SHOP, shopSchema, type ShopSubgraph } from './shop.ts';

/** A request that a subgraph got. */
export interface Call {
  /** Milliseconds since any moment. */
  at: number;
  subgraph: ShopSubgraph;
  query: string;
  /** As they are sent; empty for a request of the root. */
  representations: readonly { id: string }[];
  /** The other variables. */
  variables: Readonly<Record<string, unknown>>;
}

export interface Recording {
  urls: Readonly<Record<ShopSubgraph, string>>;
  calls: readonly Call[];
  stop: () => Promise<void>;
}

const MOST_BYTES = 1024 * 1024;

interface Asked {
  query: string;
  variables?: { representations?: readonly { id: string }[] } & Record<string, unknown>;
}

/** Starts subgraphs of their own for one gateway, in this process. */
export async function record(): Promise<Recording> {
  const calls: Call[] = [];
  const started = await Promise.all(
    SHOP.map((name) => listening(answering(name, (call) => calls.push(call)))),
  );
  const urls = SHOP.map((name, index) => [name, started[index]?.url]);
  return {
    urls: Object.fromEntries(urls) as Recording['urls'],
    calls,
    stop: async () => {
      await Promise.all(started.map(({ stop }) => stop()));
    },
  };
}

/** Answers are remembered by what was asked, so that a subgraph costs next to nothing. */
function answering(subgraph: ShopSubgraph, tell: (call: Call) => void) {
  const schema = shopSchema(subgraph);
  const remembered = new Map<string, { asked: Asked; bytes: Promise<Buffer> }>();
  return (body: string): Promise<Buffer> => {
    let known = remembered.get(body);
    if (known === undefined) {
      const asked = JSON.parse(body) as Asked;
      remembered.set(body, (known = { asked, bytes: execute(schema, asked) }));
    }
    const { query, variables: { representations = [], ...variables } = {} } = known.asked;
    tell({ at: performance.now(), subgraph, query, representations, variables });
    return known.bytes;
  };
}

const execute = async (schema: GraphQLSchema, { query, variables = {} }: Asked): Promise<Buffer> =>
  Buffer.from(JSON.stringify(await graphql({ schema, source: query, variableValues: variables })));

async function listening(answer: (body: string) => Promise<Buffer>) {
  const send = async (request: IncomingMessage, response: ServerResponse) => {
    const body = await answer(await readBody(request, MOST_BYTES));
    response.writeHead(200, { 'content-type': 'application/json', 'content-length': body.length }).end(body);
  };
  // No connection ends for being idle, so that nothing has to be sent twice.
  const server = createServer({ keepAliveTimeout: 600_000 }, (request, response) => {
    send(request, response).catch((error: unknown) => response.destroy(error as Error));
  }).listen(0, '127.0.0.1');
  await once(server, 'listening');
  const address = server.address();
  if (address === null || typeof address === 'string') throw new Error('no port');
  const stop = async () => {
    server.close();
    server.closeAllConnections();
    await once(server, 'close');
  };
  return { url: `http://127.0.0.1:${address.port}/graphql`, stop };
}
