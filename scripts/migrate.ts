import { StartError } from '@chorus/db/start-error.ts';
import { migrateAll, openDatabases } from './supervise/database.ts';
import { dataFolder } from './supervise/settings.ts';

/** `npm run migrate`: the databases named by *_DATABASE_URL, else the embedded ones, get the current schema. */
async function main() {
  const dataDir = dataFolder(process.env);
  const say = (line: string) => console.log(line);
  const { urls, server } = await openDatabases({ env: process.env, dataDir, say });
  try {
    await migrateAll(urls, say);
    console.log('database: up to date');
  } finally {
    if (server && !server.adopted) await server.stop();
  }
}

try {
  await main();
} catch (error) {
  if (!(error instanceof StartError)) throw error;
  console.error(error.message);
  process.exitCode = error.exitCode;
}
