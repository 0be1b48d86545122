import fc from 'fast-check';
import { expect, test } from 'vitest';
import { check, examples } from './property.testing.ts';

const env = (name: string, or: number) => Number(process.env[name] ?? or);

test(
  'generated operations are answered as the rules say, and nothing denied is sent',
  { timeout: 300_000 },
  async () => {
    let operations = 0;
    const shrink = process.env['SHRINK'] !== undefined;
    const property = fc.asyncProperty(examples(30, shrink ? 1 : 30), async (example) => {
      operations += await check(example);
    });
    const result = await fc.check(property, {
      seed: env('SEED', 1),
      numRuns: env('RUNS', 12),
      endOnFailure: !shrink,
      interruptAfterTimeLimit: 100_000,
    });
    console.log({ operations });
    if (result.failed)
      throw new Error(
        `seed ${result.seed}, path ${result.counterexamplePath}: ${String((result.errorInstance as Error)?.message)}`,
      );
    expect(operations).toBeGreaterThan(100);
  },
);
