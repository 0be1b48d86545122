import { rename, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { DemoCredentials } from '@chorus/shared/demo.ts';
import type { DatabaseUrls } from '@chorus/db/databases.ts';
import { withConnection } from '@chorus/db/one-connection.ts';
import { EXIT_CONFIGURATION, fileError, StartError } from '@chorus/db/start-error.ts';

export const demoFileOf = (dataDir: string) => join(dataDir, 'demo.json');

const MARK = 'chorus demo data';

/** In production nobody may sign in with what a start once printed. */
export async function refuseDemoData(urls: DatabaseUrls) {
  const [row] = await withConnection(
    urls.accounts.owner,
    (sql) => sql<{ mark: string | null }[]>`
      select shobj_description(oid, 'pg_database') as mark from pg_database
      where datname = current_database()`,
  );
  if (row?.mark !== MARK) return;
  throw new StartError(
    'NODE_ENV=production refuses the demo data in this database: point ACCOUNTS_DATABASE_URL and the others elsewhere.',
    { exitCode: EXIT_CONFIGURATION },
  );
}

/** Seeds once; the database is marked before the first row, so that half a demo counts as one. */
export async function seedDemoData(
  urls: DatabaseUrls,
  { keysDir, env, say }: { keysDir: string; env: NodeJS.ProcessEnv; say: (line: string) => void },
) {
  await withConnection(urls.accounts.owner, async (sql) => {
    const [row] = await sql<{ name: string }[]>`select current_database() as name`;
    await sql.unsafe(`comment on database "${row?.name.replaceAll('"', '""')}" is '${MARK}'`);
  });
  const { seedDemo } = await import('../seed/seed-demo.ts');
  return seedDemo({ urls, keysDir, env, onProgress: (line) => say(`demo: ${line}`) });
}

/** While this file is there everything is up. */
export async function writeDemoFile(dataDir: string, credentials: DemoCredentials) {
  const file = demoFileOf(dataDir);
  try {
    await writeFile(`${file}.new`, `${JSON.stringify(credentials, null, 2)}\n`, { mode: 0o600 });
    await rename(`${file}.new`, file);
  } catch (error) {
    throw fileError(error, file);
  }
}

export const removeDemoFile = (dataDir: string) => rm(demoFileOf(dataDir), { force: true });
