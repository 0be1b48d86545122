import { readOptions } from './gateway/options.ts';
import { profiled } from './gateway/profile.ts';
import { inSession } from './gateway/session.ts';

/** Chorus and other federation gateways behind the same operations: `--profile CASE` tells where the time of one goes. */
export async function run(args: readonly string[]): Promise<string> {
  const { profile, targets, requests, seconds } = readOptions(args);
  if (profile !== undefined) {
    const target = targets.find(({ name }) => name === 'chorus') ?? targets[0];
    const [kind = 'distinct'] = requests;
    if (target === undefined) throw new Error('nothing to profile');
    return inSession([kind], (session) =>
      profiled(session, target, { operation: profile, requests: kind, seconds }),
    );
  }
  return '';
}
