import { expect, test } from 'vitest';
import { compareCorpora } from './corpora.ts';
import { compareGenerated } from './equality.ts';
import { Counts, KINDS } from './kinds.ts';

const chosen = Number(process.env['CHORUS_TEST_SEED'] ?? Date.now() % 2 ** 31);

test.each([
  [60, 1],
  [25, chosen],
])(
  '%i generated operations are executed as Apollo’s executor does, corrections aside (seed %i)',
  { timeout: 120_000 },
  async (operations, seed) => {
    const counts = new Counts();
    expect(await compareGenerated({ operations, operationsPerGraph: 20, seed }, counts)).toEqual([]);
    const missing = KINDS.filter((kind) => counts.get(kind) === 0);
    // A few operations of any seed need not have everything.
    expect(seed === 1 ? missing : []).toEqual([]);
    expect(counts.get('operations with failures')).toBeGreaterThan(operations / 2);
  },
);

test(
  'the operations of other tests are executed as Apollo’s executor does',
  { timeout: 120_000 },
  async () => {
    const counts = new Counts();
    expect(await compareCorpora(1, counts)).toEqual([]);
    expect(counts.get('operations of the tests')).toBeGreaterThan(200);
    expect(counts.get('introspection, which is left to Apollo')).toBeLessThan(counts.get('operations') / 10);
  },
);
