import { expect, test } from 'vitest';
import { checkPrivacy } from './privacy/run.ts';

const seed = Number(process.env['CHORUS_TEST_SEED'] ?? Date.now() % 2 ** 31);

test(
  `of 100,000 requests none is answered with what is for others, nor with what was forgotten before (seed ${seed})`,
  { timeout: 7_200_000 },
  async () => {
    const { asked, denied, missing, broken, found } = await checkPrivacy({ seed, requests: 100_000 });
    expect(asked).toBeGreaterThan(75_000);
    expect(broken).toBeLessThan(asked / 100);
    expect(Math.min(denied, missing, found.fields)).toBeGreaterThan(5_000);
    expect(found.answers).toBeGreaterThan(1_000);
  },
);
