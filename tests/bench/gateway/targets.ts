/** What is compared: gateways and how each is started. */
import { join } from 'node:path';
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
  /** Needs the packages of the peers. */
  peer: boolean;
  /** Knows callers, who are therefore seen once before anything is measured. */
  knowsCallers: boolean;
  command: (files: Files, port: number) => Command;
}

const ROOT = join(import.meta.dirname, '../../..');
const peer = (file: string): string => join(import.meta.dirname, 'peers', file);
/** Peers run as their documentation and the public benchmark start them, and tell nobody that they did. */
const PEER_ENV = { NODE_ENV: 'production', APOLLO_TELEMETRY_DISABLED: '1' };

const script =
  (file: string): Target['command'] =>
  ({ supergraphs }, port) => ({ args: [peer(file), supergraphs.plain, String(port)], env: PEER_ENV });

const chorus =
  (variant: Variant): Target['command'] =>
  ({ supergraphs, jwks }, port) => ({
    args: [
      join(ROOT, 'gateway/server.ts'),
      `--supergraph=${supergraphs[variant]}`,
      `--listen=127.0.0.1:${port}`,
      `--jwks=${jwks}`,
    ],
  });

const ours = { peer: false, knowsCallers: true };
const theirs = { peer: true, knowsCallers: false };

export const TARGETS: readonly Target[] = [
  {
    name: 'apollo',
    about: 'Apollo Gateway behind Apollo Server standalone, as its documentation starts it',
    ...theirs,
    command: script('apollo.js'),
  },
  {
    name: 'chorus',
    about: 'Chorus alone, tokens verified and access rules kept',
    ...ours,
    command: chorus('protected'),
  },
];
