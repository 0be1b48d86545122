import { defineConfig } from 'drizzle-kit';

export default defineConfig({
  dialect: 'postgresql',
  schema: [
    './subgraphs/billing/**/*.table.ts',
    './db/outbox.table.ts',
    './db/inbox.table.ts',
    './db/idempotency.table.ts',
  ],
  out: './db/billing/migrations',
});
