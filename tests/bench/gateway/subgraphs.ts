/**
 * The process of the four subgraphs. Each answer is computed once and then remembered by the request's body, so that
 * subgraphs cost next to nothing. `GET /count` on any of them tells how many requests all of them got.
 */
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import { buildSubgraphSchema, type GraphQLResolverMap } from '@apollo/subgraph';
import { graphql, type GraphQLSchema } from 'graphql';
import { RESOLVERS } from './data.ts';
import { SUBGRAPHS, subgraphSdl, type SubgraphName } from './schema.ts';

let count = 0;

/** Gateways send few different texts; more than these mean that something in them differs by request. */
const MOST_ANSWERS = 10_000;

async function execute(schema: GraphQLSchema, body: string): Promise<Buffer> {
  const { query, variables } = JSON.parse(body) as { query: string; variables?: Record<string, unknown> };
  const result = await graphql({ schema, source: query, variableValues: variables ?? {} });
  if (result.errors !== undefined) process.stderr.write(`${JSON.stringify(result.errors)} of ${body}\n`);
  return Buffer.from(JSON.stringify(result));
}

function handler(name: SubgraphName) {
  const resolvers = RESOLVERS[name] as GraphQLResolverMap<unknown>;
  const schema = buildSubgraphSchema([{ typeDefs: subgraphSdl(name), resolvers }]);
  const remembered = new Map<string, Buffer>();
  const answer = async (body: string): Promise<Buffer> => {
    const known = remembered.get(body);
    if (known !== undefined) return known;
    const fresh = await execute(schema, body);
    if (remembered.size >= MOST_ANSWERS) throw new Error(`${name} is asked for ever new things: ${body}`);
    remembered.set(body, fresh);
    return fresh;
  };
  const send = (response: ServerResponse, bytes: Buffer) =>
    response
      .writeHead(200, { 'content-type': 'application/json', 'content-length': bytes.length })
      .end(bytes);
  return (request: IncomingMessage, response: ServerResponse): void => {
    if (request.url === '/count') {
      send(response, Buffer.from(String(count)));
      return;
    }
    count += 1;
    const chunks: Buffer[] = [];
    request
      .on('data', (chunk: Buffer) => chunks.push(chunk))
      .on('end', () => {
        const body = chunks.length === 1 ? String(chunks[0]) : Buffer.concat(chunks).toString();
        const known = remembered.get(body);
        if (known !== undefined) send(response, known);
        else void answer(body).then((bytes) => send(response, bytes));
      });
  };
}

const urls = await Promise.all(
  SUBGRAPHS.map(
    (name) =>
      new Promise<[SubgraphName, string]>((resolve) => {
        const server = createServer({ keepAliveTimeout: 120_000 }, handler(name)).listen(
          0,
          '127.0.0.1',
          () => {
            const address = server.address();
            if (address === null || typeof address === 'string') throw new Error('no port');
            resolve([name, `http://127.0.0.1:${address.port}/graphql`]);
          },
        );
      }),
  ),
);
process.send?.(Object.fromEntries(urls));
process.once('disconnect', () => process.exit());
