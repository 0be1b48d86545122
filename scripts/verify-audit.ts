/** `npm run verify-audit [-- --tenant SLUG]`: recomputes the audit log of each tenant; exit code 1 when one is broken. */
import { parseArgs } from 'node:util';
import { auditChains, type AuditChain } from '@chorus/accounts/audit/verify.queries.ts';
import { verifyChain } from '@chorus/accounts/audit/verify.service.ts';
import { Database } from '@chorus/db/database.ts';
import { StartError } from '@chorus/db/start-error.ts';
import { ConfigError, environment } from '@chorus/shared/config.ts';
import { appErrorIn } from '@chorus/shared/errors.ts';
import { PLATFORM_TENANT } from '@chorus/shared/records.ts';
import { grouped } from './import/progress.ts';
import { openDatabases } from './supervise/database.ts';
import { dataFolder } from './supervise/settings.ts';

const FAULT = 70;
const STATEMENT_MS = 60_000;
const say = (line: string) => console.log(line);

async function main(): Promise<number> {
  const tenant = wantedTenant(process.argv.slice(2));
  const { url, close } = await accountsUrl(process.env);
  const database = new Database(url, {
    max: 1,
    statementMs: STATEMENT_MS,
    applicationName: 'chorus-verify-audit',
  });
  try {
    const chains = await auditChains(database.statements(null));
    const wanted = chains.filter(({ slug }) => tenant === undefined || slug === tenant);
    if (wanted.length === 0 && tenant !== undefined)
      throw new ConfigError(`--tenant: there is no tenant "${tenant}".`);
    let broken = 0;
    for (const chain of wanted) if (!(await isUnbroken(database, chain))) broken += 1;
    say(broken === 0 ? 'No audit log is broken.' : `${broken} of ${wanted.length} audit logs are broken.`);
    return broken === 0 ? 0 : 1;
  } finally {
    await database.end();
    await close();
  }
}

async function isUnbroken(database: Database, { tenantId, slug }: AuditChain): Promise<boolean> {
  const name = slug ?? (tenantId === PLATFORM_TENANT ? 'nobody and the platform' : `tenant ${tenantId}`);
  const scope = { db: database.statements(tenantId), tenantId };
  const { checked, broken } = await verifyChain(scope, (soFar) => say(`${name}: ${grouped(soFar)} so far`));
  if (broken === undefined) {
    say(`${name}: ${grouped(checked)} events, unbroken`);
    return true;
  }
  const id = broken.eventId === null ? '' : ` (${broken.eventId})`;
  say(
    `${name}: BROKEN at event ${broken.sequence}${id}: ${broken.problem}; ${grouped(checked)} before it fit`,
  );
  return false;
}

function wantedTenant(args: string[]): string | undefined {
  try {
    return parseArgs({ args, options: { tenant: { type: 'string' } } }).values.tenant;
  } catch {
    throw new ConfigError('The command line is npm run verify-audit [-- --tenant SLUG]');
  }
}

/** The accounts database as its worker: the one ACCOUNTS_WORKER_DATABASE_URL names, else that of this installation. */
async function accountsUrl(env: NodeJS.ProcessEnv): Promise<{ url: string; close: () => Promise<void> }> {
  const { optional, databaseUrl } = environment(env);
  if (optional('ACCOUNTS_WORKER_DATABASE_URL') !== undefined)
    return { url: databaseUrl('ACCOUNTS_WORKER_DATABASE_URL'), close: () => Promise.resolve() };
  const { urls, server } = await openDatabases({ env, dataDir: dataFolder(env), say });
  const close = async () => {
    if (server?.adopted === false) await server.stop();
  };
  return { url: urls.accounts.worker, close };
}

/** One sentence for what somebody can put right; anything else is a fault of ours, which is no broken log. */
function failed(error: unknown): number {
  if (appErrorIn(error) !== undefined) {
    console.error('The accounts database does not answer.');
    return ConfigError.exitCode;
  }
  if (!(error instanceof ConfigError || error instanceof StartError)) {
    console.error(error);
    return FAULT;
  }
  console.error(error.message);
  return error instanceof StartError ? error.exitCode : ConfigError.exitCode;
}

process.exitCode = await main().catch(failed);
