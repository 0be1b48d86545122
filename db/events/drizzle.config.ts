import { defineConfig } from 'drizzle-kit';

export default defineConfig({
  dialect: 'postgresql',
  schema: ['./db/events/*.table.ts'],
  out: './db/events/migrations',
});
