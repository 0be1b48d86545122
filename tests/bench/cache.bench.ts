import { batch } from './cache/batch.ts';
import type { Results } from './cache/goals.ts';
import { logs } from './cache/log.ts';
import { isComplete, readOptions } from './cache/options.ts';
import { page, tables } from './cache/report.ts';
import { hit, miss, warm } from './cache/under-load.ts';
import { writePage } from './gateway/page.ts';
import { inSession } from './gateway/session.ts';

const UNDER_LOAD = { warm, hit, miss } as const;

/** What kept fields and kept answers save, and what they cost where they do not help: `--parts warm,log` for some of it. */
export async function run(args: readonly string[]): Promise<string> {
  const options = readOptions(args);
  const { parts } = options;
  const results = await inSession(
    ['distinct', 'identical', 'first-seen'],
    async (session): Promise<Results> => {
      const rows = [];
      for (const part of ['warm', 'hit', 'miss'] as const)
        if (parts.includes(part)) rows.push(...(await UNDER_LOAD[part](session, options)));
      return {
        rows,
        ...(parts.includes('batch') ? { batch: await batch(session) } : {}),
        logs: parts.includes('log') ? await logs(session) : [],
      };
    },
  );
  if (isComplete(options)) writePage('docs/benchmarks-cache.md', page(results, options));
  return tables(results, options);
}
