/** A subgraph that answers at once with a kilobyte, for the transport's benchmark. */
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';

const entity = { volume: [{ date: '2026-01-01', count: 12 }], sentiment: { positive: 7, negative: 2 } };
const answer = JSON.stringify({ data: { trackers: Array.from({ length: 10 }, () => entity) } });

const server = createServer((request, response) => {
  request.on('data', () => undefined);
  request.on('end', () => {
    response.writeHead(200, { 'content-type': 'application/json', 'content-length': answer.length });
    response.end(answer);
  });
}).listen(0, '127.0.0.1', () => process.send?.((server.address() as AddressInfo).port));

process.on('disconnect', () => process.exit());
