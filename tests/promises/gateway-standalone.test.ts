import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { createServer, request, type Server } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { composeServices } from '@apollo/composition';
import { graphql, buildSchema, parse } from 'graphql';
import { afterAll, expect, onTestFinished, test, vi } from 'vitest';

const ROOT = join(import.meta.dirname, '../..');
/** The command of the README, as a process of its own. */
const SERVER = join(ROOT, 'gateway/server.ts');
const SDL = 'type Query { hello: String, slow: String }';

const folder = mkdtempSync(join(tmpdir(), 'chorus-standalone-'));
const supergraph = join(folder, 'supergraph.graphql');
const waiting: (() => void)[] = [];
const subgraph: Server = createServer((incoming, outgoing) => {
  const chunks: Buffer[] = [];
  incoming.on('data', (chunk: Buffer) => chunks.push(chunk));
  incoming.on('end', () => {
    const { query } = JSON.parse(Buffer.concat(chunks).toString()) as { query: string };
    const rootValue = {
      hello: 'world',
      slow: () => new Promise((resolve) => waiting.push(() => resolve('done'))),
    };
    void graphql({ schema: buildSchema(SDL), source: query, rootValue }).then((answer) => {
      outgoing.writeHead(200, { 'content-type': 'application/json' }).end(JSON.stringify(answer));
    });
  });
});
const subgraphPort = await listen(subgraph);
const { supergraphSdl = '' } = composeServices([
  {
    name: 'one',
    url: `http://127.0.0.1:${subgraphPort}/`,
    typeDefs: parse(`extend schema @link(url: "https://specs.apollo.dev/federation/v2.14") ${SDL}`),
  },
]);
writeFileSync(supergraph, supergraphSdl);
afterAll(() => {
  subgraph.closeAllConnections();
  subgraph.close();
  rmSync(folder, { recursive: true, force: true });
});

function listen(server: Server): Promise<number> {
  return new Promise((resolve) => {
    server.listen(0, '127.0.0.1', () => {
      const address = server.address();
      resolve(typeof address === 'object' && address !== null ? address.port : 0);
    });
  });
}

/** A port that was free a moment ago. */
async function freePort(): Promise<number> {
  const server = createServer();
  const port = await listen(server);
  await new Promise((resolve) => server.close(resolve));
  return port;
}

function start(args: readonly string[], env: Record<string, string> = {}) {
  const child = spawn(process.execPath, [SERVER, ...args], { env: { PATH: process.env['PATH'], ...env } });
  onTestFinished(() => void child.kill('SIGKILL'));
  const output = { stdout: '', stderr: '' };
  child.stdout.on('data', (chunk: Buffer) => (output.stdout += chunk.toString()));
  child.stderr.on('data', (chunk: Buffer) => (output.stderr += chunk.toString()));
  const ended = new Promise<number | null>((resolve) => child.on('close', (code) => resolve(code)));
  return { child, output, ended };
}

/** Resolves with the URL as soon as the process says where it listens. */
async function running(args: readonly string[], env: Record<string, string> = {}) {
  const started = start(args, env);
  const url = await new Promise<string>((resolve, reject) => {
    started.child.stdout?.on('data', () => {
      const found = /gateway listening on (http:\S+?)"/.exec(started.output.stdout)?.[1];
      if (found !== undefined) resolve(found);
    });
    void started.ended.then((code) => reject(new Error(`ended with ${code}: ${started.output.stderr}`)));
  });
  return { ...started, url };
}

/** One request on a connection of its own. */
function ask(url: string, query: string): Promise<{ status: number | undefined; body: unknown }> {
  return new Promise((resolve, reject) => {
    const headers = { 'content-type': 'application/json', authorization: 'anything' };
    const asking = request(url, { method: 'POST', headers, agent: false }, (answer) => {
      let text = '';
      answer.on('data', (chunk: Buffer) => (text += chunk.toString()));
      answer.on('end', () => resolve({ status: answer.statusCode, body: JSON.parse(text) }));
    });
    asking.on('error', reject);
    asking.end(JSON.stringify({ query }));
  });
}

const signal = (child: ChildProcess, name: NodeJS.Signals) => child.kill(name);

test('one command serves any supergraph, and ends within three seconds, answering what is in flight', async () => {
  const port = await freePort();
  const { url, output, child, ended } = await running([
    '--supergraph',
    supergraph,
    '--listen',
    `127.0.0.1:${port}`,
  ]);
  expect(await ask(url, '{ hello }')).toEqual({ status: 200, body: { data: { hello: 'world' } } });
  expect(url).toBe(`http://127.0.0.1:${port}/graphql`);
  expect(output.stdout).toMatch(/standalone: .*without database/);
  expect((await ask(url, '{ __schema { queryType { name } } }')).status).toBe(200);

  const inFlight = ask(url, '{ slow }');
  while (waiting.length === 0) await new Promise((resolve) => setImmediate(resolve));
  const stopping = performance.now();
  signal(child, 'SIGTERM');
  while (!output.stdout.includes('gateway stops')) await new Promise((resolve) => setImmediate(resolve));
  waiting.splice(0).forEach((answer) => answer());
  expect(await inFlight).toEqual({ status: 200, body: { data: { slow: 'done' } } });
  expect(await ended).toBe(0);
  expect(performance.now() - stopping).toBeLessThan(3000);
});

/** What a machine that is busy or slow makes of half a second: a process that only loads Apollo's gateway. */
async function halfASecond(): Promise<number> {
  const began = performance.now();
  const child = spawn(process.execPath, ['-e', 'import("@apollo/gateway")'], { cwd: ROOT, stdio: 'ignore' });
  await once(child, 'exit');
  return performance.now() - began;
}

test('it is ready within three seconds', async () => {
  const shares: number[] = [];
  // Other tests share the machine: the promise is about the gateway, so the best of a few starts counts.
  while (shares.length < 4 && Math.min(...shares, Infinity) > 1) {
    const limit = Math.max(3000, 6 * (await halfASecond()));
    const began = performance.now();
    const { child, ended } = await running(['--supergraph', supergraph, '--listen', '127.0.0.1:0']);
    shares.push((performance.now() - began) / limit);
    child.kill('SIGKILL');
    await ended;
  }
  expect(Math.min(...shares)).toBeLessThan(1);
});

test('a new supergraph is served as soon as its file is replaced, and SIGHUP ends nothing', async () => {
  const file = join(folder, 'changing.graphql');
  writeFileSync(file, supergraphSdl.replaceAll('hello: String', 'greeting: String'));
  const { url, child } = await running(['--supergraph', file, '--listen', '127.0.0.1:0']);
  signal(child, 'SIGHUP');
  expect((await ask(url, '{ hello }')).body).toHaveProperty('errors');
  writeFileSync(`${file}.new`, supergraphSdl);
  renameSync(`${file}.new`, file);
  const hello = () => ask(url, '{ hello }').then(({ body }) => body);
  await vi.waitFor(async () => expect(await hello()).toEqual({ data: { hello: 'world' } }), {
    timeout: 5000,
  });
  expect(child.exitCode).toBe(null);
});

test('it starts with its subgraphs down and says which fields are missing', async () => {
  const dead = await freePort();
  const { url } = await running([
    '--supergraph',
    supergraph,
    '--listen',
    '127.0.0.1:0',
    '--subgraph',
    `one=http://127.0.0.1:${dead}/`,
  ]);
  const { status, body } = await ask(url, '{ hello __typename }');
  expect(status).toBe(200);
  expect(body).toMatchObject({
    data: { hello: null, __typename: 'Query' },
    errors: [{ path: ['hello'], extensions: { code: 'SUBGRAPH_UNAVAILABLE' } }],
  });
  expect(JSON.stringify(body)).not.toContain(String(dead));
});

test('wrong settings end the process with one sentence and code 78', async () => {
  const cases: [string[], Record<string, string>, string][] = [
    [['--supergraph', join(folder, 'nope.graphql')], {}, 'cannot be read'],
    [['--supergraph', supergraph], { NODE_ENV: 'production' }, 'NODE_ENV'],
    [['--supergraph', supergraph, '--subgraph', 'two=http://127.0.0.1:1/'], {}, '--subgraph two'],
  ];
  await Promise.all(
    cases.map(async ([args, env, part]) => {
      const { output, ended } = start(args, env);
      expect([args, await ended]).toEqual([args, 78]);
      expect(output.stderr).toMatch(/^gateway: [^\n]+\.\n$/);
      expect(output.stderr).toContain(part);
    }),
  );
});

test('a port in use ends the process with one sentence and code 1', async () => {
  const { output, ended } = start(['--supergraph', supergraph, '--listen', `127.0.0.1:${subgraphPort}`]);
  expect(await ended).toBe(1);
  expect(output.stderr).toBe(`gateway: port ${subgraphPort} on 127.0.0.1 is already in use.\n`);
});
