import { expect, test } from 'vitest';
import { checkPrivacy } from './privacy/run.ts';

const seed = Number(process.env['CHORUS_TEST_SEED'] ?? 1);

test(
  `nobody is answered with what is for others, nor with what was forgotten before they asked (seed ${seed})`,
  { timeout: 300_000 },
  async () => {
    const { asked, denied, missing, broken, found } = await checkPrivacy({ seed, requests: 2_000 });
    expect(asked).toBeGreaterThan(1_500);
    expect(broken).toBeLessThan(asked / 100);
    expect(Math.min(denied, missing, found.fields)).toBeGreaterThan(100);
    expect(found.answers).toBeGreaterThan(20);
  },
);
