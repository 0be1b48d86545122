import { defineConfig } from 'vitest/config';
import { summaryReporter } from './tests/harness/summary-reporter.ts';

export default defineConfig({
  test: {
    include: ['**/*.test.ts'],
    exclude: ['**/node_modules/**', '**/*.long.test.ts', 'tests/bench/**', '.data/**'],
    globalSetup: ['tests/harness/global-setup.ts'],
    // Node itself loads tests and sources: what is tested is what runs, and graphql exists once.
    experimental: { viteModuleRunner: false, nodeLoader: false },
    pool: 'forks',
    maxWorkers: '100%',
    // Far more than any test takes, because machines can be slow.
    testTimeout: 60_000,
    hookTimeout: 120_000,
    reporters: ['default', summaryReporter],
  },
});
