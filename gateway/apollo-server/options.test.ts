import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { ApolloServer } from '@apollo/server';
import { createLog } from '@chorus/shared/log.ts';
import { expect, test } from 'vitest';
import { chorus, type ChorusOptions } from '../apollo-server.ts';
import { readConfig, type GatewayConfig } from '../config.ts';
import { compose } from '../testing.ts';
import { configOf } from './options.ts';

/** Without what belongs to the own door only. */
const comparable = (config: GatewayConfig) => ({ ...config, cors: undefined, trusted: undefined });

function refusal(options: object): string {
  try {
    chorus(options as ChorusOptions);
  } catch (failure) {
    return (failure as Error).message;
  }
  return 'accepted';
}

test.each([
  [{}, 'Give either supergraph, which is a file, or supergraphSdl.'],
  [{ supergraph: 'f', supergraphSdl: 's' }, 'Give either supergraph, which is a file, or supergraphSdl.'],
  [{ supergraph: 'f', buildService: () => undefined }, 'There is no option buildService.'],
  [{ supergraph: 'f', isuer: 'me' }, 'There is no option isuer.'],
  [{ supergraph: 'f', issuer: 'me' }, 'issuer needs jwks.'],
  [{ supergraph: 'f', unauthorized: 'hide' }, 'unauthorized must be filter or reject, not "hide".'],
  [
    { supergraph: 'f', forwardHeaders: ['x-tenant', 'Host'] },
    'forwardHeaders must name a header that can be passed on, not "Host".',
  ],
  [
    { supergraph: 'f', requestTimeoutMs: 1 },
    'requestTimeoutMs must be a whole number from 100 to 600000, not "1".',
  ],
  [
    { supergraph: 'f', maxCost: Number.NaN },
    'maxCost must be a whole number from 1 to 9007199254740991, not "NaN".',
  ],
  [{ supergraph: 'f', contract: '' }, 'contract must be the name of a tag.'],
])('a wrong option is told at once, by its name: %j', (options, sentence) => {
  expect(refusal(options)).toBe(sentence);
});

/** All of them, but for those that are no setting of a process. */
const EVERY: Required<Omit<ChorusOptions, 'supergraphSdl' | 'log'>> = {
  supergraph: 's.graphql',
  subgraphs: { people: 'http://127.0.0.1:1/', pets: 'unix:/p.sock' },
  forwardHeaders: ['X-Tenant', 'authorization'],
  jwks: 'keys.json',
  issuer: 'them',
  audience: 'us',
  policies: 'p.json',
  contract: 'open',
  unauthorized: 'reject',
  introspection: false,
  requestTimeoutMs: 1000,
  subgraphTimeoutMs: 500,
  maxInFlight: 7,
  maxCost: 99,
  redisUrl: 'redis://127.0.0.1',
};

test('the options mean what the flags and variables of a process mean', () => {
  const flags =
    '--supergraph s.graphql --subgraph people=http://127.0.0.1:1/ --subgraph pets=unix:/p.sock --forward-header x-tenant ' +
    '--forward-header authorization --jwks keys.json --issuer them --audience us --policies p.json --contract open ' +
    '--unauthorized reject --no-introspection';
  const variables = {
    REQUEST_TIMEOUT_MS: '1000',
    SUBGRAPH_TIMEOUT_MS: '500',
    MAX_IN_FLIGHT: '7',
    MAX_COST: '99',
    REDIS_URL: 'redis://127.0.0.1',
  };
  expect(comparable(configOf(EVERY))).toEqual(comparable(readConfig(flags.split(' '), variables)));
});

test('what a process would read from its environment does not matter to a server that others run', () => {
  expect(comparable(configOf({ supergraph: 's' }))).toEqual(
    comparable(readConfig(['--supergraph', 's'], {})),
  );
});

test('the page about moving names every option', () => {
  const page = readFileSync(join(import.meta.dirname, '../../docs/moving-from-apollo-gateway.md'), 'utf8');
  const [table = ''] = page.split('## Options of chorus')[1]?.split('\n## ') ?? [];
  const named = [...table.matchAll(/^\| (`.+?`) +\|/gm)].flatMap(
    ([, names = '']) => names.match(/\w+/g) ?? [],
  );
  expect(named.toSorted()).toEqual([...Object.keys(EVERY), 'supergraphSdl', 'log'].toSorted());
});

test('a supergraph that cannot be served makes the start of the server fail with one sentence', async () => {
  const url = 'http://127.0.0.1:1/';
  const supergraphSdl = compose([{ name: 'one', sdl: 'type Query { a: Int }', url }]);
  const cases: [ChorusOptions, string][] = [
    [{ supergraph: '/nowhere/s.graphql' }, 'The supergraph file /nowhere/s.graphql cannot be read.'],
    [
      { supergraphSdl: 'type Query {' },
      'The supergraph file is not valid GraphQL (line 1): Syntax Error: Expected Name, found <EOF>.',
    ],
    [
      { supergraphSdl: 'type Query { a: Int }' },
      'The supergraph file is not a supergraph: it does not link the join specification.',
    ],
    [{ supergraphSdl, contract: 'closed' }, 'contract closed: nothing in the supergraph has that tag.'],
    [
      { supergraphSdl, subgraphs: { two: url } },
      'subgraphs two names a subgraph that the supergraph does not have.',
    ],
    [
      { supergraphSdl, subgraphs: { one: 'ftp://x' } },
      'subgraphs one must be an http:, https: or unix: address, not "ftp://x".',
    ],
  ];
  for (const [options, sentence] of cases)
    await expect(
      new ApolloServer({ ...chorus({ log: createLog('test', 'silent'), ...options }) }).start(),
    ).rejects.toThrow(sentence);
});
