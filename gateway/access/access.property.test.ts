import fc from 'fast-check';
import { expect, test } from 'vitest';
import { check, examples } from './property.testing.ts';

const env = (name: string, or: number) => Number(process.env[name] ?? or);

test.each([false, true])(
  'generated operations are answered as the rules say (features: %s)',
  { timeout: 300_000 },
  async (features) => {
    const operations: object[] = [];
    const property = fc.asyncProperty(
      examples(features, { clusters: 6, operations: 180 }),
      async (example) => {
        operations.push(await check(example));
      },
    );
    const t0 = performance.now();
    const result = await fc.check(property, {
      seed: env('SEED', 1),
      numRuns: env('RUNS', 1),
      endOnFailure: true,
    });
    console.log({ operations: JSON.stringify(operations), ms: performance.now() - t0 });
    if (result.failed)
      throw new Error(
        `seed ${result.seed}, path ${result.counterexamplePath}: ${String((result.errorInstance as Error)?.message)}`,
      );
    expect(operations.length).toBeGreaterThan(0);
  },
);
