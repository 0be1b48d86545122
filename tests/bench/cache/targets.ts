/** The gateways of the parts under load, and how each is started. */
import { join } from 'node:path';
import { GATEWAY_FLAGS } from '../../../scripts/supervise/gateway-flags.ts';
import { bodyOf } from '../gateway/operations.ts';
import type { Variant } from '../gateway/schema.ts';
import { chorus, TARGETS, type Target } from '../gateway/targets.ts';

const ROOT = join(import.meta.dirname, '../../..');

/** The peer's packages need not be installed for it: without them it gets those of the repository. */
export const apollo: Target = TARGETS.find(({ name }) => name === 'apollo') as Target;

const chorusOver = (name: string, about: string, variant: Variant): Target => ({
  name,
  about,
  peer: false,
  knowsCallers: true,
  command: chorus('gateway/server.ts', variant),
});

export const kept = chorusOver(
  'chorus',
  'Chorus; every field but `me` is kept for an hour: products for everybody, people and reviews within the tenant',
  'kept',
);
export const uncached = chorusOver('chorus without policies', 'Chorus; nothing is kept', 'protected');
export const apart = chorusOver(
  'chorus, nothing found',
  'Chorus; every field but `me` is kept for an hour, for each caller alone',
  'apart',
);

/** Sends the answer of a file, whatever it is asked. */
export const plain = (answerFile: string): Target => ({
  name: 'plain',
  about:
    'no gateway: node:http reads the request and sends the bytes that Chorus sends, with the same headers',
  peer: false,
  knowsCallers: false,
  probe: bodyOf('deep'),
  command: (_files, port) => ({
    cwd: ROOT,
    args: [...GATEWAY_FLAGS, 'tests/bench/cache/plain.ts', answerFile, String(port)],
  }),
});
