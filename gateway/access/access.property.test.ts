import { expect, test } from 'vitest';
import { checkExamples } from './generated/examples.ts';

const seed = Number(process.env['CHORUS_TEST_SEED'] ?? 1);

test.each([
  ['rules that tokens can meet', false],
  ['rules, hidden elements and closed features', true],
])(
  `generated operations are answered by the rules: %s (seed ${seed})`,
  { timeout: 60_000 },
  async (_, features) => {
    const { compared, unsound } = await checkExamples({ features, examples: 1, operations: 110, seed });
    expect(compared).toBeGreaterThan(60);
    expect(unsound).toBeLessThan(compared / 20);
  },
);
