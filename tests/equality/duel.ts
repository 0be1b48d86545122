import { AS_IT_IS, CORRECTED } from './apollo.ts';
import { difference, differenceOfData } from './compare.ts';
import type { Arena, Planned } from './executors.ts';
import { failed, sound, type Failing } from './failures.ts';
import { tellKinds, type Counts } from './kinds.ts';
import { smallest } from './smallest.ts';
import type { Answering } from './subgraphs.ts';
import type { World } from './world.ts';

/** An operation to compare on a graph. */
export interface Contest {
  /** Of all operations there are; decides what goes wrong. */
  name: string;
  field: Arena;
  world: World;
  text: string;
  operationName?: string | undefined;
  variables: Record<string, unknown>;
  /** How many values in a hundred are wrong, one run after the other. */
  percents: readonly number[];
}

/** Runs an operation by both executors, with sound subgraphs and with failing ones, and tells what is different. */
export async function compareOperation(contest: Contest, counts: Counts): Promise<string | undefined> {
  const planned = plannedOf(contest);
  if (planned === undefined) {
    counts.add('operations that cannot be planned');
    return undefined;
  }
  counts.add('operations');
  tellKinds(planned, contest.text, counts);
  let hasFailed = false;
  for (const [run, percent] of contest.percents.entries()) {
    const told = (kind: string) => {
      hasFailed = true;
      counts.add(`failure: ${kind}`);
    };
    const answering = answeringOf(contest, { seed: `${contest.name} ${run}`, percent }, told, counts);
    const found = await compared(contest, planned, answering, percent === 0, counts);
    if (found !== undefined) return await shown(contest, percent, answering, counts);
  }
  if (hasFailed) counts.add('operations with failures');
  return undefined;
}

export function plannedOf({ field, text, operationName }: Contest): Planned | undefined {
  try {
    return field.plan(text, operationName);
  } catch {
    // The planner has faults of its own.
    return undefined;
  }
}

/** The smallest operation that shows a difference, with what has to be known to see it. */
async function shown(
  contest: Contest,
  percent: number,
  answering: Answering,
  counts: Counts,
): Promise<string> {
  const { field, name, variables, operationName } = contest;
  const check = (text: string) =>
    compared(contest, field.plan(text, operationName), answering, percent === 0, counts);
  const text = await smallest(contest.text, field.schema, async (one) => (await check(one)) !== undefined);
  const { plan } = field.plan(text, operationName);
  return [
    `${name}, where ${percent} of 100 values are wrong:`,
    text,
    JSON.stringify(variables),
    await check(text),
    JSON.stringify(plan),
  ].join('\n');
}

/** What subgraphs answer for an operation, so many of 100 values being wrong. */
export function answeringOf(
  { world }: Contest,
  failing: Failing,
  told: (kind: string) => void,
  counts: Counts,
): Answering {
  return async (subgraph, query, variables) => {
    const answer = await world(subgraph, query, variables);
    if (failing.percent > 0) return failed(answer, subgraph, failing, told);
    const raw = sound(answer);
    for (const [kind, text] of SEEN) if (raw.text.includes(text)) counts.add(kind);
    return raw;
  };
}

const SEEN = [
  ['values nobody may see', '"HIDDEN"'],
  ['types nobody may see', '"Hidden"'],
  ['objects as scalars', '{"k":['],
] as const;

async function compared(
  { field, variables, text }: Contest,
  planned: Planned,
  answering: Answering,
  isSound: boolean,
  counts: Counts,
): Promise<string | undefined> {
  const running = field.ours(planned, variables, answering);
  if (running === undefined) {
    if (!/\b__(?:schema|type)\b/.test(text)) return 'our executor does not know the plan';
    if (isSound) counts.add('introspection, which is left to Apollo');
    return undefined;
  }
  const ours = await running;
  const corrected = difference(ours, await field.apollos(CORRECTED, planned, variables, answering));
  if (corrected !== undefined || !isSound) return corrected;
  const bare = await field.apollos(AS_IT_IS, planned, variables, answering, true);
  if (differenceOfData(ours, bare) === undefined) return undefined;
  counts.add('sound answers that Apollo gets wrong');
  return differenceOfData(ours, await field.apollos(CORRECTED, planned, variables, answering, true));
}
