/** Where a gateway's processor time goes, from the profile that Node writes when it ends. */
import { globSync, readFileSync } from 'node:fs';
import { join, relative } from 'node:path';
import { fileURLToPath } from 'node:url';
import { table } from '../table.ts';
import { say } from './progress.ts';
import type { Session } from './session.ts';
import type { Case } from './operations.ts';
import type { Target } from './targets.ts';
import type { Requests } from './tokens.ts';

const ROOT = join(import.meta.dirname, '../../..');
const EVERY_US = 400;
const SHOWN = 40;

interface CpuProfile {
  nodes: { id: number; callFrame: { functionName: string; url: string; lineNumber: number } }[];
  /** Microseconds of the clock that `process.hrtime` reads as well. */
  startTime: number;
  samples: number[];
  timeDeltas: number[];
}

const nowUs = (): number => Number(process.hrtime.bigint() / 1_000n);

/** Path below the repository, or the name of a package, or a part of Node. */
function placeOf(url: string): { file: string; folder: string } {
  if (!url.startsWith('file:'))
    return url === '' ? { file: '', folder: 'engine' } : { file: url, folder: url };
  const file = relative(ROOT, fileURLToPath(url));
  const parts = file.split('/');
  const at = parts.lastIndexOf('node_modules');
  if (at < 0) return { file, folder: parts.slice(0, -1).join('/') };
  const name = parts.slice(at + 1, parts[at + 1]?.startsWith('@') ? at + 3 : at + 2).join('/');
  return { file: parts.slice(at + 1).join('/'), folder: name };
}

function selfTimes(profile: CpuProfile, from: number, to: number) {
  const nodes = new Map(profile.nodes.map(({ id, callFrame }) => [id, callFrame]));
  const functions = new Map<string, number>();
  const folders = new Map<string, number>();
  let busy = 0;
  let clock = profile.startTime;
  profile.samples.forEach((id, index) => {
    // A sample stands for the time until the next one.
    clock += profile.timeDeltas[index] ?? 0;
    const spent = profile.timeDeltas[index + 1] ?? 0;
    const frame = nodes.get(id);
    if (frame === undefined || clock < from || clock > to || frame.functionName === '(idle)') return;
    busy += spent;
    const { file, folder } = placeOf(frame.url);
    const place = file === '' ? '' : ` ${file}:${frame.lineNumber + 1}`;
    const name = `${frame.functionName || '(anonymous)'}${place}`;
    functions.set(name, (functions.get(name) ?? 0) + spent);
    const group = folder === 'engine' ? `engine: ${frame.functionName}` : folder;
    folders.set(group, (folders.get(group) ?? 0) + spent);
  });
  return { functions, folders, busy };
}

function shares(head: string, times: ReadonlyMap<string, number>, busy: number, requests: number): string {
  const rows = [...times].toSorted(([, a], [, b]) => b - a).slice(0, SHOWN);
  return table([
    [head, '% of busy', 'us a request'],
    ...rows.map(([name, us]) => [name, ((us / busy) * 100).toFixed(1), (us / requests).toFixed(1)]),
  ]);
}

/** Runs one case under the profiler and tells what took the time, start and warm-up left out. */
export async function profiled(
  session: Session,
  target: Target,
  { operation, requests, seconds }: { operation: Case; requests: Requests; seconds: number },
): Promise<string> {
  const folder = join(session.folder, 'profile');
  const flags = ['--cpu-prof', '--cpu-prof-dir', folder, '--cpu-prof-interval', String(EVERY_US)];
  const running = await session.start(target, (command) => ({
    ...command,
    args: [...flags, ...command.args],
  }));
  say(`${target.name}: warming up`);
  await session.warmUp(target, running, operation, requests);
  say(`${target.name}: profiling ${operation}, ${requests} requests`);
  const from = nowUs();
  const turns = requests === 'first-seen' ? { to: session.tokens.length } : {};
  const outcome = await session.send(running, operation, requests, { ms: seconds * 1_000, ...turns });
  const to = nowUs();
  await running.stop();
  const [file] = globSync(join(folder, '*.cpuprofile'));
  if (file === undefined) throw new Error('the gateway wrote no profile');
  const { functions, folders, busy } = selfTimes(
    JSON.parse(readFileSync(file, 'utf8')) as CpuProfile,
    from,
    to,
  );
  const share = ((busy / (to - from)) * 100).toFixed(0);
  return [
    `${target.name}, ${operation}, ${requests}: ${outcome.requests} requests in ${(outcome.ms / 1_000).toFixed(1)} s, the main thread busy for ${share} % of it`,
    shares('function', functions, busy, outcome.requests),
    shares('package or folder', folders, busy, outcome.requests),
  ].join('\n\n');
}
