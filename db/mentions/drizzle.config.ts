import { defineConfig } from 'drizzle-kit';

export default defineConfig({
  dialect: 'postgresql',
  schema: ['./subgraphs/mentions/**/*.table.ts', './db/outbox.table.ts'],
  out: './db/mentions/migrations',
});
