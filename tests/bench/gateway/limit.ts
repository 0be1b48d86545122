/**
 * What node:http and undici cost with nothing between them: every request becomes the one query of the smallest case, and
 * its answer is passed on. No gateway on them can be faster. `node limit.ts SUPERGRAPH PORT`
 */
import { readFileSync } from 'node:fs';
import { createServer } from 'node:http';
import { Client } from 'undici';
import { readBody } from '@chorus/shared/http.ts';

const [, , supergraph = '', port = ''] = process.argv;
const [, url = ''] = /name: "accounts", url: "([^"]+)"/.exec(readFileSync(supergraph, 'utf8')) ?? [];
const { origin, pathname: path } = new URL(url);
const clients = [new Client(origin, { pipelining: 64 }), new Client(origin, { pipelining: 64 })];
const headers = ['content-type', 'application/json'];
let asked = 0;

const ask = (body: string): Promise<{ data: unknown }> =>
  new Promise((resolve, reject) => {
    const chunks: Buffer[] = [];
    asked += 1;
    clients[asked % clients.length]?.dispatch(
      { path, method: 'POST', body, headers, idempotent: true, blocking: false },
      {
        onRequestStart: () => undefined,
        onResponseStart: () => undefined,
        onResponseData: (_, chunk) => void chunks.push(chunk),
        onResponseEnd: () => resolve(JSON.parse(Buffer.concat(chunks).toString()) as { data: unknown }),
        onResponseError: (_, error) => reject(error),
      },
    );
  });

createServer((request, response) => {
  void (async () => {
    JSON.parse(await readBody(request, 1e6));
    const { data } = await ask('{"query":"{me{id}}"}');
    const body = Buffer.from(JSON.stringify({ data }));
    response.writeHead(200, { 'content-type': 'application/json', 'content-length': body.length }).end(body);
  })();
}).listen(Number(port), '127.0.0.1');
