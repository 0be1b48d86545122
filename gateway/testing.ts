import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { createServer, type IncomingHttpHeaders, type RequestListener } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { composeServices } from '@apollo/composition';
import { buildSubgraphSchema, type GraphQLResolverMap } from '@apollo/subgraph';
import type { EventBus } from '@chorus/shared/event-bus.ts';
import { readBody } from '@chorus/shared/http.ts';
import { createLog, type Logger } from '@chorus/shared/log.ts';
import { listen } from '@chorus/shared/process.ts';
import { graphql, parse } from 'graphql';
import { Agent, fetch, type RequestInit, type Response } from 'undici';
import { readConfig, type GatewayConfig } from './config.ts';
import type { Why } from './explanation.ts';
import { startGateway } from './gateway.ts';
import { memoryBus } from './testing-bus.ts';
import { whenFinished } from './testing-lifetime.ts';

const LINK = `extend schema @link(url: "https://specs.apollo.dev/federation/v2.14",
  import: ["@key", "@shareable", "@external", "@requires", "@provides", "@authenticated", "@requiresScopes", "@cacheTag", "@composeDirective", "@tag", "@interfaceObject"])\n`;

/** What a subgraph was asked. */
export interface Received {
  query: string;
  variables: Record<string, unknown>;
  headers: IncomingHttpHeaders;
}

/** A subgraph of a test; its schema is composed, and its server may do anything. */
export interface TestSubgraph {
  name: string;
  sdl: string;
  url: string;
  received: Received[];
  close: () => Promise<void>;
}

/** Serves a handler on a free loopback port until the test ends. */
export async function serve(handler: RequestListener): Promise<{ port: number; close: () => Promise<void> }> {
  const server = createServer(handler);
  const port = await listen(server, { host: '127.0.0.1', port: 0 });
  const close = () =>
    new Promise<void>((resolve) => {
      server.close(() => resolve());
      server.closeAllConnections();
    });
  whenFinished(close);
  return { port, close };
}

/**
 * A sound subgraph: @apollo/subgraph behind node:http. A text that does not link federation itself gets our link.
 * `headers` are sent with every answer as they are then.
 */
export async function subgraph(
  name: string,
  sdl: string,
  resolvers: object,
  headers: Record<string, string | string[]> = {},
): Promise<TestSubgraph> {
  const full = sdl.includes('specs.apollo.dev/federation') ? sdl : LINK + sdl;
  const schema = buildSubgraphSchema([
    { typeDefs: parse(full), resolvers: resolvers as GraphQLResolverMap<unknown> },
  ]);
  const received: Received[] = [];
  const answer: RequestListener = (request, response) => {
    void (async () => {
      const { query, variables } = JSON.parse(await readBody(request, 1e7)) as Omit<Received, 'headers'>;
      received.push({ query, variables, headers: request.headers });
      /** Resolvers may put something there. */
      const extensions: Record<string, unknown> = {};
      const contextValue = { headers: request.headers, response, extensions };
      const result = await graphql({ schema, source: query, variableValues: variables, contextValue });
      const body = Object.keys(extensions).length === 0 ? result : { ...result, extensions };
      response.writeHead(200, { 'content-type': 'application/json', ...headers }).end(JSON.stringify(body));
    })();
  };
  const { port, close } = await serve(answer);
  return { name, sdl: full, url: `http://127.0.0.1:${port}/graphql`, received, close };
}

/** A subgraph that is up and answers whatever the test wants. */
export async function lyingSubgraph(
  name: string,
  sdl: string,
  handler: RequestListener,
): Promise<TestSubgraph> {
  const { port, close } = await serve(handler);
  return { name, sdl: LINK + sdl, url: `http://127.0.0.1:${port}/graphql`, received: [], close };
}

/** Answers every request with this text. */
export const saying =
  (body: string, status = 200, type = 'application/json'): RequestListener =>
  (request, response) => {
    request.resume();
    response.writeHead(status, { 'content-type': type }).end(body);
  };

/** @throws when the subgraphs do not fit together */
export function compose(subgraphs: readonly Pick<TestSubgraph, 'name' | 'sdl' | 'url'>[]): string {
  const { supergraphSdl, errors } = composeServices(
    subgraphs.map(({ name, sdl, url }) => ({ name, url, typeDefs: parse(sdl) })),
  );
  if (supergraphSdl === undefined) throw new Error(errors?.map(({ message }) => message).join('\n'));
  return supergraphSdl;
}

/** A file that is gone after the test. */
export function temporaryFile(name: string, text: string): string {
  const folder = mkdtempSync(join(tmpdir(), 'chorus-gateway-'));
  whenFinished(() => rmSync(folder, { recursive: true, force: true }));
  const file = join(folder, name);
  writeFileSync(file, text);
  return file;
}

export interface Reply {
  status: number;
  headers: Response['headers'];
  body: {
    // oxlint-disable-next-line typescript/no-explicit-any -- tests read into answers of every shape
    data?: any;
    errors?: { message: string; path?: (string | number)[]; extensions: Record<string, unknown> }[];
    extensions?: { why: Why };
  };
  text: string;
}

export interface TestGateway {
  url: string;
  origin: string;
  internalUrl: string;
  supergraphFile: string;
  stop: () => Promise<void>;
  ask: (query: string, variables?: object, headers?: Record<string, string>) => Promise<Reply>;
  send: (path: string, init?: RequestInit) => Promise<Reply>;
  post: (body: unknown, headers?: Record<string, string>) => Promise<Reply>;
}

export interface GatewayOptions {
  args?: readonly string[];
  env?: Record<string, string>;
  bus?: EventBus;
  log?: Logger;
  supergraph?: string;
  /** Settings that no operator has. */
  config?: Partial<GatewayConfig>;
}

/** A gateway in this process over the given subgraphs: standalone unless a bus is given. */
export async function gatewayOver(
  subgraphs: readonly TestSubgraph[],
  {
    args = [],
    env = {},
    bus,
    log = createLog('test', 'silent'),
    supergraph,
    config: more = {},
  }: GatewayOptions = {},
): Promise<TestGateway> {
  const file = temporaryFile('supergraph.graphql', supergraph ?? compose(subgraphs));
  const flags = ['--listen', '127.0.0.1:0', ...(bus === undefined ? ['--supergraph', file] : []), ...args];
  const config = { ...readConfig(flags, env), supergraphFile: file, ...more };
  const gateway = await startGateway(config, log, () => bus ?? memoryBus());
  const dispatcher = new Agent();
  const stop = async () => {
    // A gateway gives kept connections a notice; there is no need to wait for it in each test.
    await dispatcher.destroy();
    for (const part of gateway.parts.toReversed()) await part.stop();
  };
  whenFinished(stop);
  const send: TestGateway['send'] = (path, init) =>
    reply(fetch(new URL(path, gateway.url), { ...init, dispatcher }));
  const post: TestGateway['post'] = (body, headers = {}) =>
    send('/graphql', {
      method: 'POST',
      headers: { 'content-type': 'application/json', ...headers },
      body: typeof body === 'string' ? body : JSON.stringify(body),
    });
  return {
    url: gateway.url,
    origin: new URL(gateway.url).origin,
    internalUrl: gateway.internalUrl,
    supergraphFile: file,
    stop,
    send,
    post,
    ask: (query, variables, headers) => post({ query, variables }, headers),
  };
}

/** Reads an answer that may or may not be JSON. */
export async function reply(response: Promise<Response>): Promise<Reply> {
  const { status, headers, ...rest } = await response.then(async (answer) => ({
    status: answer.status,
    headers: answer.headers,
    text: await answer.text(),
  }));
  return { status, headers, text: rest.text, body: parsed(rest.text) };
}

function parsed(text: string): Reply['body'] {
  try {
    return JSON.parse(text) as Reply['body'];
  } catch {
    return {};
  }
}
