/** What is compared: gateways and how each is started. */
import { join } from 'node:path';
import { GATEWAY_FLAGS } from '../../../scripts/supervise/gateway-flags.ts';
import { PEERS } from './install.ts';
import type { Case } from './operations.ts';
import type { Command } from './processes.ts';
import type { Variant } from './schema.ts';

/** Files of a run. */
export interface Files {
  supergraphs: Readonly<Record<Variant, string>>;
  jwks: string;
}

export interface Target {
  name: string;
  about: string;
  /** The only case it can answer; undefined for all of them. */
  only?: Case;
  /** Needs the packages of the peers. */
  peer: boolean;
  /** Knows callers, who are therefore seen once before anything is measured. */
  knowsCallers: boolean;
  /** The body of a request it answers with data as soon as it is ready; the smallest case without it. */
  probe?: string;
  command: (files: Files, port: number) => Command;
}

const ROOT = join(import.meta.dirname, '../../..');
/** Peers run as their documentation and the public benchmark start them, and tell nobody that they did. */
const PEER_ENV = { NODE_ENV: 'production', APOLLO_TELEMETRY_DISABLED: '1' };

const script =
  (file: string): Target['command'] =>
  ({ supergraphs }, port) => ({ cwd: PEERS, args: [file, supergraphs.plain, String(port)], env: PEER_ENV });

const hive =
  (...options: readonly string[]): Target['command'] =>
  ({ supergraphs }, port) => ({
    cwd: PEERS,
    args: [
      'node_modules/@graphql-hive/gateway/dist/bin.js',
      'supergraph',
      supergraphs.plain,
      '--host=127.0.0.1',
      `--port=${port}`,
      ...options,
    ],
    env: PEER_ENV,
  });

/** What serves a supergraph file with one of our entries, `gateway/server.ts` by itself. */
export const serving = (entry: string, supergraph: string, jwks: string, port: number): Command => ({
  cwd: ROOT,
  args: [
    ...GATEWAY_FLAGS,
    entry,
    `--supergraph=${supergraph}`,
    `--listen=127.0.0.1:${port}`,
    `--jwks=${jwks}`,
  ],
});

/** The same over a variant of the schema. */
export const chorus =
  (entry: string, variant: Variant): Target['command'] =>
  ({ supergraphs, jwks }, port) =>
    serving(entry, supergraphs[variant], jwks, port);

const theirs = { peer: true, knowsCallers: false };
const ours = { peer: false, knowsCallers: true };

export const TARGETS: readonly Target[] = [
  {
    ...theirs,
    name: 'apollo',
    about: 'Apollo Gateway behind Apollo Server standalone, as its documentation starts it',
    command: script('apollo.js'),
  },
  {
    ...theirs,
    name: 'apollo tuned',
    about:
      'the same gateway without Apollo Server: node:http, a store of parsed operations, undici to the subgraphs',
    command: script('apollo-tuned.js'),
  },
  { ...theirs, name: 'hive', about: 'Hive Gateway, `hive-gateway supergraph FILE`', command: hive() },
  {
    ...theirs,
    name: 'hive rust',
    about:
      'Hive Gateway with its planner in Rust and the settings of the public benchmark, which share identical requests (without its `jit`: with that planner every answer becomes null)',
    command: hive('--config-path=hive-rust.config.js'),
  },
  {
    ...theirs,
    peer: false,
    name: 'limit',
    only: 'tiny',
    about:
      'no gateway: node:http and undici with one fixed query between them, below which nothing that asks a subgraph can be',
    command: ({ supergraphs }, port) => ({
      cwd: ROOT,
      args: ['tests/bench/gateway/limit.ts', supergraphs.plain, String(port)],
    }),
  },
  {
    ...ours,
    name: 'chorus',
    about: 'Chorus alone: tokens verified, access rules of the schema kept',
    command: chorus('gateway/server.ts', 'protected'),
  },
  {
    ...ours,
    name: 'chorus sharing',
    about:
      'the same, and every field but `me` may be shared among requests in flight (`@fieldCache(maxAge: 0, scope: "PUBLIC")`)',
    command: chorus('gateway/server.ts', 'shared'),
  },
  {
    ...ours,
    name: 'chorus behind Apollo Server',
    about: 'the stages of Chorus behind Apollo Server standalone',
    command: chorus('tests/bench/gateway/behind-apollo-server.ts', 'protected'),
  },
];
