import { createLog } from '@chorus/shared/log.ts';
import { expect, test, vi } from 'vitest';
import { gatewayOver, subgraph, temporaryFile } from './testing.ts';
import { foreignIssuer } from './testing-tokens.ts';

async function standing(policies: object | undefined, args: readonly string[] = []) {
  const one = await subgraph('one', 'type Query { a: Int }', { Query: { a: () => 1 } });
  const file = policies === undefined ? '/nope.json' : temporaryFile('p.json', JSON.stringify(policies));
  const log = createLog('t', 'silent');
  const warn = vi.spyOn(log, 'warn');
  const gateway = await gatewayOver([one], { args: ['--policies', file, ...args], log });
  return { gateway, warned: warn.mock.calls.map(([fields]) => fields) };
}

test('a policies file that is wrong stops the start', async () => {
  await expect(standing(undefined)).rejects.toThrow(/^--policies must name a file.*\.$/);
  await expect(standing({ vip: 'claims.tid ==' })).rejects.toThrow(/^The policy "vip" of --policies.*\.$/);
});

test('policies work with tokens and without, and one that can never be met is said at the start', async () => {
  const policies = { open: true, vip: 'claims.level > 1', typo: 'claim.level > 1' };
  const { gateway, warned } = await standing(policies);
  expect((await gateway.ask('{ a }')).body).toEqual({ data: { a: 1 } });
  expect(warned).toEqual([{ policy: 'typo', reason: 'Unknown variable: claim' }]);
  const { jwks, token } = await foreignIssuer();
  const known = await standing(policies, ['--jwks', jwks]);
  const authorization = `Bearer ${await token({ level: 2 })}`;
  expect((await known.gateway.ask('{ a }', {}, { authorization })).body).toEqual({ data: { a: 1 } });
});
