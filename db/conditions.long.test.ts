import { expect, test } from 'vitest';
import { judgedRows, sqlEqualsMemory } from '@chorus/tests/harness/row-rules.ts';

const seed = Number(process.env['CHORUS_TEST_SEED'] ?? Date.now() % 2 ** 31);

test(`SQL selects exactly the rows that memory allows (3,000 cases, seed ${seed})`, async () => {
  const { db, end } = await judgedRows();
  try {
    const { allowed, denied } = await sqlEqualsMemory(db, 3_000, seed);
    expect(Math.min(allowed, denied)).toBeGreaterThan(3_000);
  } finally {
    await end();
  }
});
