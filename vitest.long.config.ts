import { defineConfig } from 'vitest/config';
import base from './vitest.config.ts';

/** `npm run test:long`: the larger counts of property, race and fuzz tests; their seeds are in their names. */
export default defineConfig({
  ...base,
  test: {
    ...base.test,
    include: ['**/*.long.test.ts'],
    exclude: ['**/node_modules/**', '.data/**'],
    testTimeout: 600_000,
    // Some of them measure time, so nothing runs beside them.
    fileParallelism: false,
  },
});
