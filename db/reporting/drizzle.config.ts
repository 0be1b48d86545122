import { defineConfig } from 'drizzle-kit';

export default defineConfig({
  dialect: 'postgresql',
  schema: ['./subgraphs/reporting/**/*.table.ts', './db/outbox.table.ts', './db/inbox.table.ts'],
  out: './db/reporting/migrations',
});
