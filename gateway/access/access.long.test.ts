import { expect, test } from 'vitest';
import { checkExamples } from './generated/examples.ts';

const seed = Number(process.env['CHORUS_TEST_SEED'] ?? Date.now() % 2 ** 31);

test.each([
  ['rules that tokens can meet', false],
  ['rules, hidden elements and closed features', true],
])(`many generated operations are answered by the rules: %s (seed ${seed})`, async (_, features) => {
  const { compared, unsound } = await checkExamples({ features, examples: 15, operations: 180, seed });
  expect(compared).toBeGreaterThan(1500);
  expect(unsound).toBeLessThan(compared / 20);
});
