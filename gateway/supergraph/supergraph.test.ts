import { createLog } from '@chorus/shared/log.ts';
import { expect, test } from 'vitest';
import { compose } from '../testing.ts';
import { compilePolicies } from '../cache/cache.ts';
import { transport } from '../transport/transport.ts';
import { loadSupergraph } from './supergraph.ts';
import { prepareSupergraph } from './prepare.ts';

const text = compose([
  {
    name: 'a',
    url: 'http://127.0.0.1:1/',
    sdl: `extend schema @link(url: "https://specs.apollo.dev/federation/v2.14", import: ["@inaccessible"])
      type Query { a: Int hidden: Int @inaccessible }`,
  },
]);
const load = () => {
  const prepared = prepareSupergraph(text);
  const log = createLog('t', 'silent');
  const way = transport({ targets: new Map(), schema: prepared.types, timeoutMs: 1, log });
  const links = { ...way, ...compilePolicies(prepared), keptOf: () => undefined };
  return loadSupergraph(prepared, links, log);
};

test('the planner’s vendor is told nothing', async () => {
  delete process.env['APOLLO_TELEMETRY_DISABLED'];
  const { stop } = await load();
  await stop();
  expect(process.env['APOLLO_TELEMETRY_DISABLED']).toBe('1');
});

test('clients see neither inaccessible elements nor the machinery of federation', async () => {
  const { generation, stop } = await load();
  await stop();
  expect(Object.keys(generation.schema.getQueryType()?.getFields() ?? {})).toEqual(['a']);
  expect(Object.keys(generation.schema.getTypeMap()).filter((name) => name.startsWith('join__'))).toEqual([]);
});
