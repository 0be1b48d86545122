/** `npm run rebuild-usage -- --tenant SLUG --from DAY --to DAY`: counts a tenant's stored events of usage anew. */
import { parseArgs } from 'node:util';
import { rebuildUsage } from '@chorus/billing/usage/ingest.service.ts';
import { daysOf, type DayRange } from '@chorus/billing/usage/usage-range.ts';
import { Database } from '@chorus/db/database.ts';
import { StartError } from '@chorus/db/start-error.ts';
import { ConfigError, environment } from '@chorus/shared/config.ts';
import { appErrorIn } from '@chorus/shared/errors.ts';
import { UsageError } from './import/arguments.ts';
import { grouped } from './import/progress.ts';
import { tenantNamed } from './import/target.ts';
import { openDatabases } from './supervise/database.ts';
import { dataFolder } from './supervise/settings.ts';

const LINE = 'npm run rebuild-usage -- --tenant SLUG --from YYYY-MM-DD --to YYYY-MM-DD';
const MOST_DAYS = 366;
const STATEMENT_MS = 60_000;
const FAULT = 70;
const DAY = /^\d{4}-\d{2}-\d{2}$/;

async function main(): Promise<void> {
  const { tenant, range } = wanted(process.argv.slice(2));
  const { billing, events, close } = await openUrls(process.env);
  const database = new Database(billing, {
    max: 1,
    statementMs: STATEMENT_MS,
    applicationName: 'chorus-rebuild-usage',
  });
  try {
    const counted = await rebuildUsage(database, await tenantNamed(events, tenant), range);
    console.log(`${tenant}: ${grouped(counted)} events from ${range.from} to ${range.to} counted anew`);
  } finally {
    await database.end();
    await close();
  }
}

function wanted(args: string[]): { tenant: string; range: DayRange } {
  const { tenant, from, to } = parsed(args);
  if (tenant === undefined || from === undefined || to === undefined)
    throw new UsageError(`The command line is ${LINE}`);
  const wrong = [from, to].find((day) => !DAY.test(day) || Number.isNaN(Date.parse(day)));
  if (wrong !== undefined) throw new UsageError(`"${wrong}" is no day: ${LINE}`);
  const { length } = daysOf({ from, to });
  if (length < 1 || length > MOST_DAYS) throw new UsageError(`Name from 1 to ${MOST_DAYS} days: ${LINE}`);
  return { tenant, range: { from, to } };
}

function parsed(args: string[]) {
  try {
    const text = { type: 'string' } as const;
    return parseArgs({ args, options: { tenant: text, from: text, to: text } }).values;
  } catch {
    throw new UsageError(`The command line is ${LINE}`);
  }
}

/** The billing database as its worker: the one BILLING_WORKER_DATABASE_URL names, else that of this installation. */
async function openUrls(env: NodeJS.ProcessEnv) {
  const { optional, databaseUrl } = environment(env);
  if (optional('BILLING_WORKER_DATABASE_URL') !== undefined) {
    const billing = databaseUrl('BILLING_WORKER_DATABASE_URL');
    return { billing, events: databaseUrl('EVENTS_DATABASE_URL'), close: () => Promise.resolve() };
  }
  const { urls, server } = await openDatabases({
    env,
    dataDir: dataFolder(env),
    say: (line) => console.log(line),
  });
  const close = async () => {
    if (server?.adopted === false) await server.stop();
  };
  return { billing: urls.billing.worker, events: urls.events.worker, close };
}

/** One sentence for what somebody can put right; anything else is a fault of ours. */
function failed(error: unknown): number {
  const message = appErrorIn(error) === undefined ? undefined : 'The billing database does not answer.';
  const isTold = error instanceof UsageError || error instanceof ConfigError || error instanceof StartError;
  console.error(message ?? (isTold ? error.message : error));
  if (error instanceof UsageError) return 1;
  if (error instanceof StartError) return error.exitCode;
  return isTold || message !== undefined ? ConfigError.exitCode : FAULT;
}

process.exitCode = await main().then(() => 0, failed);
