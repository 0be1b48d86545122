import { defineConfig } from 'drizzle-kit';

export default defineConfig({
  dialect: 'postgresql',
  schema: ['./subgraphs/accounts/**/*.table.ts', './db/outbox.table.ts', './db/inbox.table.ts'],
  out: './db/accounts/migrations',
});
