import { parseArgs } from 'node:util';
import { compareCorpora } from '../equality/corpora.ts';
import { compareAgain, compareGenerated } from '../equality/equality.ts';
import { Counts, KINDS } from '../equality/kinds.ts';
import { table } from './table.ts';

const MOST_SHOWN = 3;

/**
 * Runs generated operations and those of the tests by our executor and by Apollo's, and compares what comes:
 * `--operations 10000 --seed 1`, or `--only NAME` for one of them.
 */
export async function run(args: string[]): Promise<string> {
  const { values } = parseArgs({
    args,
    options: {
      operations: { type: 'string', default: '10000' },
      seed: { type: 'string', default: String(Date.now() % 2 ** 31) },
      only: { type: 'string' },
    },
  });
  const counts = new Counts();
  if (values.only !== undefined) return (await compareAgain(values.only, counts)) ?? 'no difference';
  const began = performance.now();
  const [operations, seed] = [Number(values.operations), Number(values.seed)];
  const progress = (text: string) => process.stderr.write(`\r${text}`);
  const found = await compareGenerated({ operations, operationsPerGraph: 60, seed, progress }, counts);
  process.stderr.write('\n');
  const missing = KINDS.filter((kind) => counts.get(kind) === 0);
  found.push(...(await compareCorpora(seed, counts)));
  if (found.length > 0 || missing.length > 0) process.exitCode = 1;
  const rows = [...counts.all].toSorted(([one], [other]) => (one < other ? -1 : 1));
  return [
    table([
      ['what', 'how often'],
      ...rows,
      ['differences', found.length],
      ['seconds', Math.round((performance.now() - began) / 1000)],
      ['seed', seed],
    ]),
    ...missing.map((kind) => `never seen: ${kind}`),
    ...found.toSorted((one, other) => one.length - other.length).slice(0, MOST_SHOWN),
  ].join('\n\n');
}
