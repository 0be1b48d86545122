import { installPeers } from './gateway/install.ts';
import { measure } from './gateway/measure.ts';
import { isComplete, readOptions, type Options } from './gateway/options.ts';
import { writePage } from './gateway/page.ts';
import { profiled } from './gateway/profile.ts';
import { page, tables } from './gateway/report.ts';
import { inSession } from './gateway/session.ts';

/** Chorus and other gateways behind the same operations; `--profile CASE` tells where the time of one of them goes. */
export async function run(args: readonly string[]): Promise<string> {
  const options = readOptions(args);
  if (options.targets.some(({ peer }) => peer)) installPeers();
  if (options.profile !== undefined) return profile(options, options.profile);
  const measured = await inSession(options.requests, (session) => measure(session, options));
  if (isComplete(options)) writePage('docs/benchmarks.md', page(measured, options));
  return tables(measured, options);
}

function profile(
  { targets: [target], requests: [kind], seconds }: Options,
  operation: NonNullable<Options['profile']>,
) {
  if (target === undefined || kind === undefined) throw new Error('nothing to profile');
  return inSession([kind], (session) => profiled(session, target, { operation, requests: kind, seconds }));
}
