import { expect, test } from 'vitest';
import { line } from './line.ts';
import type { Stages } from './pipeline.ts';
import type { Answer, Incoming } from './request.ts';

const incoming = { id: 'r' } as Incoming;
const answer = (body: object): Answer => ({ status: 200, headers: {}, body });

test('stages add to one record in their order', async () => {
  const run = line()
    .next(() => ({ one: 1 }))
    .next(async ({ one }) => ({ two: one + 1 }))
    .close(({ one, two }) => answer({ one, two }));
  expect(await run({ ...incoming })).toEqual(answer({ one: 1, two: 2 }));
});

test('a stage that refuses ends the line, and the closing still sees what was added before', async () => {
  const seen: string[] = [];
  const run = line()
    .next(() => ({ one: 1 }))
    .next((): { two: number } => {
      throw new Error('no');
    })
    .next(() => ({ three: seen.push('never') }))
    .close(({ one, three }, failure) => answer({ one, three, failure: String(failure) }));
  expect(await run({ ...incoming })).toEqual(answer({ one: 1, three: undefined, failure: 'Error: no' }));
  expect(seen).toEqual([]);
});

test('a stage before the one it needs does not compile', () => {
  const misordered = ({ http, documents, identity, tenant, explain, cost, rate }: Stages) => {
    // @ts-expect-error -- identity needs the operation that documents adds
    line().next(http).next(identity);
    // @ts-expect-error -- tenant needs the caller that identity adds
    line().next(http).next(documents).next(tenant);
    // @ts-expect-error -- rate needs the rights that tenant adds
    line().next(http).next(documents).next(identity).next(rate);
    // @ts-expect-error -- cost needs the rights that tenant adds
    line().next(http).next(documents).next(identity).next(cost);
    const known = line().next(http).next(documents).next(identity).next(tenant);
    return known.next(explain).next(cost).next(rate);
  };
  expect(misordered).toBeTypeOf('function');
});
