import { createServer, type RequestListener } from 'node:http';
import { expect, test } from 'vitest';
import { gatewayOver, lyingSubgraph, saying, subgraph, temporaryFile } from '../testing.ts';

const ODD = 'type Query { odd: Odd } type Odd { text: String }';

test('a query is sent again when a kept connection was closed, a mutation never', async () => {
  const sockets = new Set<unknown>();
  const asked: string[] = [];
  const handler: RequestListener = (request, response) => {
    let body = '';
    request.on('data', (chunk: Buffer) => (body += chunk.toString()));
    request.on('end', () => {
      asked.push(body.includes('mutation') ? 'mutation' : 'query');
      if (sockets.has(request.socket)) return void request.socket.destroy();
      sockets.add(request.socket);
      response.writeHead(200, { 'content-type': 'application/json' });
      response.end(
        JSON.stringify({ data: body.includes('mutation') ? { change: 1 } : { odd: { text: 'x' } } }),
      );
    });
  };
  const odd = await lyingSubgraph('odd', `${ODD} type Mutation { change: Int }`, handler);
  const gateway = await gatewayOver([odd]);
  expect((await gateway.ask('{ odd { text } }')).body.data).toEqual({ odd: { text: 'x' } });
  expect((await gateway.ask('{ odd { text } }')).body.data).toEqual({ odd: { text: 'x' } });
  expect(asked).toEqual(['query', 'query', 'query']);
  expect((await gateway.ask('mutation { change }')).body.data).toEqual({ change: 1 });
  expect((await gateway.ask('mutation { change }')).body.errors?.[0]?.path).toEqual(['change']);
  expect(asked.slice(3)).toEqual(['mutation', 'mutation']);
});

test('subgraphs see no header of the client but those named by --forward-header', async () => {
  const well = await subgraph('healthy', 'type Query { well: String }', { Query: { well: () => 'yes' } });
  const headers = { authorization: 'Bearer secret', cookie: 'a=b', 'x-tenant': 'acme', 'user-agent': 'me' };
  const closed = await gatewayOver([well]);
  await closed.ask('{ well }', {}, headers);
  const open = await gatewayOver([well], { args: ['--forward-header', 'X-Tenant'] });
  await open.ask('{ well }', {}, headers);
  const [first, second] = well.received.map((request) => request.headers);
  for (const name of ['authorization', 'cookie', 'x-tenant', 'chorus-identity', 'chorus-client-address']) {
    expect(first).not.toHaveProperty(name);
  }
  expect(first?.['user-agent']).not.toBe('me');
  expect(second).toHaveProperty('x-tenant', 'acme');
  expect(second).not.toHaveProperty('authorization');
});

test('a subgraph on a Unix socket is reached', async () => {
  const path = temporaryFile('unused', '').replace('unused', 's.sock');
  const server = createServer(saying('{"data":{"odd":{"text":"socket"}}}')).listen(path);
  const odd = await lyingSubgraph('odd', ODD, saying('{}'));
  const gateway = await gatewayOver([odd], { args: ['--subgraph', `odd=unix:${path}`] });
  expect((await gateway.ask('{ odd { text } }')).body.data).toEqual({ odd: { text: 'socket' } });
  server.close();
  server.closeAllConnections();
});
