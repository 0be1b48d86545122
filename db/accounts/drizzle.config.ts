import { defineConfig } from 'drizzle-kit';

export default defineConfig({
  dialect: 'postgresql',
  schema: ['../../subgraphs/accounts/**/*.table.ts', '../outbox.table.ts'],
  out: './migrations',
});
