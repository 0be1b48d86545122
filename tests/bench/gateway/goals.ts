/** What we want to reach, judged by a run. */
import { table } from '../table.ts';
import type { Measured } from './measure.ts';
import type { Case } from './operations.ts';
import type { Requests } from './tokens.ts';

/** The line of a target, if the run has one. */
export const lineOf = (
  measured: readonly Measured[],
  target: string,
  operation: Case,
  requests: Requests,
): Measured | undefined =>
  measured.find(
    (line) => line.target === target && line.operation === operation && line.requests === requests,
  );

/** How often the second value holds the first. */
export const ratio = (of: number | undefined, to: number | undefined): number =>
  (of ?? Number.NaN) / (to ?? Number.NaN);

const MIB = 300;
const P99_SHARE = 0.15;
const TUNED = 'apollo tuned';

interface Goal {
  what: string;
  wanted: string;
  found: (measured: readonly Measured[], target?: string) => number;
  reached: (found: number) => boolean;
  shown: (found: number) => string;
}

const times = (value: number): string => `${value.toFixed(1)}x`;

function cpuGoal(operation: Case, requests: Requests, wanted: number, by = 'chorus'): Goal {
  return {
    what: `processor time, ${operation}, ${requests} requests (${by})`,
    wanted: `at least ${wanted}x less than apollo`,
    found: (measured, target = by) =>
      ratio(
        lineOf(measured, 'apollo', operation, requests)?.cpu,
        lineOf(measured, target, operation, requests)?.cpu,
      ),
    reached: (found) => found >= wanted,
    shown: times,
  };
}

const GOALS: readonly Goal[] = [
  cpuGoal('deep', 'distinct', 9),
  cpuGoal('deep', 'distinct', 12, 'chorus sharing'),
  cpuGoal('deep', 'identical', 120, 'chorus sharing'),
  cpuGoal('mid', 'distinct', 12),
  cpuGoal('tiny', 'distinct', 12),
  {
    what: 'p99, deep, distinct requests (chorus)',
    wanted: `at most ${P99_SHARE} of apollo's`,
    found: (measured, target = 'chorus') =>
      ratio(
        lineOf(measured, target, 'deep', 'distinct')?.p99,
        lineOf(measured, 'apollo', 'deep', 'distinct')?.p99,
      ),
    reached: (found) => found <= P99_SHARE,
    shown: (found) => found.toFixed(2),
  },
  {
    what: 'memory under load, the highest of all cases (chorus)',
    wanted: `at most ${MIB} MiB`,
    found: (measured, target = 'chorus') =>
      Math.max(...measured.filter((line) => line.target === target).map(({ residentMiB }) => residentMiB)),
    reached: (found) => found <= MIB,
    shown: (found) => `${found.toFixed(0)} MiB`,
  },
];

/** One row for each goal that the run can tell about. */
export function goals(measured: readonly Measured[]): string {
  const rows = GOALS.map(({ what, wanted, found, reached, shown }) => {
    const value = found(measured);
    return Number.isFinite(value)
      ? [
          [
            what,
            wanted,
            shown(value),
            shown(found(measured, TUNED)),
            reached(value) ? 'reached' : '**missed**',
          ],
        ]
      : [];
  });
  return table([['goal', 'wanted', 'measured', 'apollo tuned, the same', ''], ...rows.flat()]);
}
