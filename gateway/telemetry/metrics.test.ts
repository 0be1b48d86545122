import { expect, test } from 'vitest';
import { shop } from '../cache/testing-shop.ts';

test('metrics tell by type and field how the cache served it, and how often a whole answer was there', async () => {
  const { ask, metrics, pass } = await shop();
  await ask('{ soon uncached }');
  await ask('{ soon uncached }');
  pass(15);
  await ask('{ soon uncached }');
  await ask('{ products(first: 2) { name } }');
  await ask('{ products(first: 3) { name } }');
  for (let times = 0; times < 3; times += 1) await ask('{ motto }');
  await ask('mutation { change }');
  const lines = (await metrics()).split('\n');
  const of = (type: string, field: string) =>
    Object.fromEntries(
      lines.flatMap((line) => {
        const found = new RegExp(`type="${type}",field="${field}",state="(\\w+)"} (\\d+)$`).exec(line);
        return found === null || found[2] === '0' ? [] : [[found[1], Number(found[2])]];
      }),
    );
  expect(of('Query', 'soon')).toEqual({ miss: 1, hit: 1, stale: 1 });
  expect(of('Query', 'uncached')).toEqual({ bypass: 3 });
  expect(of('Product', 'name')).toEqual({ miss: 3, hit: 2 });
  expect(lines).toContain('chorus_cache_answers_total{state="hit"} 2');
  expect(lines).toContain('chorus_cache_answers_total{state="miss"} 1');
  expect(lines).toContain('chorus_cache_invalidations_total 1');
  expect(Number(/^chorus_cache_bytes (\d+)$/m.exec(lines.join('\n'))?.[1])).toBeGreaterThan(500);
});
