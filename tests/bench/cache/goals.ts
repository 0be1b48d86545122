/** What we want the caches to reach, judged by a run. */
import { ratio } from '../gateway/goals.ts';
import { table } from '../table.ts';
import { isExact, type Batch } from './batch.ts';
import type { Replayed } from './log.ts';
import type { Part } from './options.ts';
import type { Row } from './under-load.ts';

/** All that a run found; parts that were left out are missing. */
export interface Results {
  rows: readonly Row[];
  batch?: Batch;
  logs: readonly Replayed[];
}

const WARM = 18;
const HIT = 250;
const TO_PLAIN = 1.2;
const FEWER_CALLS = 3;

/** Processor time a request of one line, as often as another's. */
function cpuRatio(rows: readonly Row[], part: Part, of: string, to: string): number {
  const cpu = (target: string) => rows.find((row) => row.part === part && row.target === target)?.cpu;
  return ratio(cpu(of), cpu(to));
}

/** How many times fewer calls a log needs than with whole answers. */
export const fewerCalls = ({ wholeAnswers, chorus }: Replayed): number =>
  ratio(wholeAnswers.all.calls, chorus.all.calls);

type GoalRow = [what: string, wanted: string, measured: string, judged: string];

/** Exact enough that what was missed by little does not look reached. */
const times = (found: number): string => `${found.toFixed(2)}x`;

const judged = (reached: boolean): string => (reached ? 'reached' : '**missed**');

const atLeast = (what: string, wanted: number, than: string, found: number): GoalRow[] =>
  Number.isFinite(found)
    ? [[what, `at least ${wanted}x less than ${than}`, times(found), judged(found >= wanted)]]
    : [];

function batchGoal(batch: Batch): GoalRow {
  const { objects, missing, received } = batch;
  return [
    `objects asked for, of ${objects} of which ${objects - missing.length} are kept`,
    `the other ${missing.length}`,
    String(received.length),
    judged(isExact(batch)),
  ];
}

function logGoal(replayed: Replayed): GoalRow {
  const found = fewerCalls(replayed);
  const wanted = `at least ${FEWER_CALLS}x fewer than with whole subgraph answers`;
  return [
    'subgraph calls, many selections of the same objects',
    wanted,
    times(found),
    judged(found >= FEWER_CALLS),
  ];
}

/** What a request costs with a cache that does not help, to one without; told, not judged. */
function missRow(rows: readonly Row[]): GoalRow[] {
  const found = cpuRatio(rows, 'miss', 'chorus, nothing found', 'chorus without policies');
  return Number.isFinite(found)
    ? [['processor time, nothing found, to nothing kept', '', found.toFixed(2), '']]
    : [];
}

/** One row for each goal that the run can tell about. */
export function goals({ rows, batch, logs }: Results): string {
  const toPlain = cpuRatio(rows, 'hit', 'chorus', 'plain');
  const found = [
    ...atLeast(
      'processor time, all fields kept but one',
      WARM,
      'apollo',
      cpuRatio(rows, 'warm', 'apollo', 'chorus'),
    ),
    ...atLeast('processor time, whole answer kept', HIT, 'apollo', cpuRatio(rows, 'hit', 'apollo', 'chorus')),
    ...(Number.isFinite(toPlain)
      ? [
          [
            'the same, to node:http that sends the same bytes',
            `at most ${TO_PLAIN}`,
            toPlain.toFixed(2),
            judged(toPlain <= TO_PLAIN),
          ],
        ]
      : []),
    ...missRow(rows),
    ...(batch === undefined ? [] : [batchGoal(batch)]),
    ...logs.filter(({ log }) => log === 'popular').map(logGoal),
  ];
  return table([['goal', 'wanted', 'measured', ''], ...found]);
}
