/** `npm run import -- FILE --tenant acme [--format FORMAT]`: stores the posts of a file for a tenant. */
import { StartError } from '@chorus/db/start-error.ts';
import { importFile } from '@chorus/mentions/import/import-file.ts';
import { SourceError } from '@chorus/mentions/sources/source.ts';
import { AppError } from '@chorus/shared/errors.ts';
import { ConfigError } from '@chorus/shared/config.ts';
import { importArguments, UsageError } from './import/arguments.ts';
import { closingReport, exitCodeOf } from './import/closing-report.ts';
import { progressOn } from './import/progress.ts';
import { openTarget } from './import/target.ts';

async function main(): Promise<number> {
  const { path, bytes, tenant, format } = importArguments(process.argv.slice(2));
  const { database, tenantId, close } = await openTarget(process.env, tenant, (line) => console.log(line));
  const progress = progressOn(process.stdout, bytes);
  for (const signal of ['SIGINT', 'SIGTERM'] as const)
    process.once(signal, () => void close().then(interrupted));
  const started = performance.now();
  try {
    const options = { database, tenantId, path, onProgress: progress.show };
    const report = await importFile(format === undefined ? options : { ...options, format });
    progress.end();
    console.log(closingReport(report, (performance.now() - started) / 1000).join('\n'));
    return exitCodeOf(report);
  } finally {
    progress.end();
    await close();
  }
}

/** Batches stored so far stay; the next import of the file goes on behind them. */
function interrupted(): never {
  console.error('Interrupted; importing the file again stores the rest.');
  process.exit(130);
}

/** One sentence for what somebody can put right; anything else is a fault of ours and shows where. */
function failed(error: unknown): number {
  if (error instanceof UsageError || error instanceof SourceError) {
    console.error(error.message);
    return 1;
  }
  if (error instanceof AppError) {
    console.error('The mentions database does not answer; importing the file again stores the rest.');
    return 1;
  }
  if (error instanceof ConfigError) {
    console.error(error.message);
    return ConfigError.exitCode;
  }
  if (error instanceof StartError) {
    console.error(error.message);
    return error.exitCode;
  }
  throw error;
}

process.exitCode = await main().catch(failed);
