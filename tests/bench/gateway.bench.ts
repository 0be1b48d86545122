import { spawnSync } from 'node:child_process';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { installPeers } from './gateway/install.ts';
import { measure } from './gateway/measure.ts';
import { isComplete, readOptions, type Options } from './gateway/options.ts';
import { profiled } from './gateway/profile.ts';
import { say } from './gateway/progress.ts';
import { page, tables } from './gateway/report.ts';
import { inSession } from './gateway/session.ts';

const ROOT = join(import.meta.dirname, '../..');
const PAGE = 'docs/benchmarks.md';

/** Chorus and other gateways behind the same operations; `--profile CASE` tells where the time of one of them goes. */
export async function run(args: readonly string[]): Promise<string> {
  const options = readOptions(args);
  if (options.targets.some(({ peer }) => peer)) installPeers();
  if (options.profile !== undefined) return profile(options, options.profile);
  const measured = await inSession(options.requests, (session) => measure(session, options));
  if (isComplete(options)) {
    writeFileSync(join(ROOT, PAGE), page(measured, options));
    spawnSync('oxfmt', [PAGE], { cwd: ROOT });
    say(`${PAGE} is written`);
  }
  return tables(measured, options);
}

function profile(
  { targets: [target], requests: [kind], seconds }: Options,
  operation: NonNullable<Options['profile']>,
) {
  if (target === undefined || kind === undefined) throw new Error('nothing to profile');
  return inSession([kind], (session) => profiled(session, target, { operation, requests: kind, seconds }));
}
