import { defineConfig, mergeConfig } from 'vitest/config';
import base from './vitest.config.ts';

/** `npm run test:long`: the larger counts of property, race and fuzz tests. */
export default mergeConfig(
  { ...base, test: { ...base.test, exclude: ['**/node_modules/**', '.data/**'] } },
  defineConfig({
    test: { include: ['**/*.long.test.ts'], testTimeout: 600_000, passWithNoTests: true },
  }),
);
