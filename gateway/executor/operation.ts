import type { QueryPlan } from '@apollo/query-planner';
import {
  Kind,
  visit,
  type DocumentNode,
  type GraphQLSchema,
  type OperationDefinitionNode,
  type VariableDefinitionNode,
} from 'graphql';
import type { Ask } from '../cache/cache.ts';
import type { Fetched } from '../fetched.ts';
import type { Call } from '../request.ts';
import type { PlacedError } from './places.ts';
import { stepsOf, type Preparing, type Steps } from './plan.ts';
import { shape, type Misfit } from './result.ts';
import { admission } from './admission.ts';
import { Run } from './run.ts';
import { selectionOf, type ObjectSelection } from './selection.ts';
import type { Path } from './targets.ts';

export interface PlanExecutorOptions extends Preparing {
  ask: Ask;
  /** What clients see. */
  schema: GraphQLSchema;
}

/** An operation to run. */
export interface Runnable {
  document: DocumentNode;
  operation: OperationDefinitionNode;
  variables: Readonly<Record<string, unknown>>;
  call: Call;
}

/** Runs a plan; undefined when there is something in it that only Apollo's executor knows. */
export type PlanExecutor = (plan: QueryPlan, runnable: Runnable) => Promise<Fetched> | undefined;

/** What is worked out once for a plan. */
interface PreparedPlan extends Steps {
  /** The variables that leave fields out. */
  conditions: readonly VariableDefinitionNode[];
  /** By the values of those. */
  selections: Map<string, ObjectSelection>;
}

/** So many choices of variables are kept of one operation; the rest is worked out each time. */
const MOST_CHOICES = 16;

/** Runs Apollo's query plans: everything that depends only on the plan is worked out when it first comes. */
export function planExecutor({ schema, ask, ...preparing }: PlanExecutorOptions): PlanExecutor {
  const admit = admission();
  const known = new WeakMap<QueryPlan, PreparedPlan | 'unknown'>();
  const prepare = (plan: QueryPlan, { document, operation }: Runnable): PreparedPlan | 'unknown' => {
    const found = stepsOf(plan, preparing);
    if (found === undefined || asksForSchema(document)) return 'unknown';
    return { ...found, conditions: conditionsOf(document, operation), selections: new Map() };
  };
  return (plan, runnable) => {
    let prepared = known.get(plan);
    if (prepared === undefined) known.set(plan, (prepared = prepare(plan, runnable)));
    if (prepared === 'unknown') return undefined;
    const { fetches } = prepared;
    return admit(fetches, () => execute(prepared, runnable, schema, ask));
  };
}

async function execute(
  prepared: PreparedPlan,
  runnable: Runnable,
  schema: GraphQLSchema,
  ask: Ask,
): Promise<Fetched> {
  const { variables, call } = runnable;
  const conditions = valuesOf(prepared.conditions, variables);
  const run = new Run(ask, { variables, conditions, call });
  if (prepared.steps !== undefined) await run.step(prepared.steps);
  const { data, misfits } = shape(run.data, chosen(prepared, conditions, runnable, schema));
  const stale = run.stale.size === 0 ? {} : { stale: [...run.stale] };
  if (run.errors.length === 0 && misfits.length === 0) return { data, ...stale };
  return { data, errors: [...run.errors, ...unexplained(misfits, run.errors)], ...stale };
}

/** Fields about the schema; access answers them itself, so they are not expected here. */
function asksForSchema(document: DocumentNode): boolean {
  let found = false;
  visit(document, {
    Field: ({ name: { value } }) => {
      found ||= value === '__schema' || value === '__type';
    },
  });
  return found;
}

function conditionsOf(
  document: DocumentNode,
  { variableDefinitions = [] }: OperationDefinitionNode,
): readonly VariableDefinitionNode[] {
  const names = new Set<string>();
  visit(document, {
    Directive: ({ name, arguments: given = [] }) => {
      if (name.value !== 'skip' && name.value !== 'include') return;
      for (const { value } of given) if (value.kind === Kind.VARIABLE) names.add(value.name.value);
    },
  });
  return variableDefinitions.filter(({ variable }) => names.has(variable.name.value));
}

function valuesOf(
  definitions: readonly VariableDefinitionNode[],
  variables: Readonly<Record<string, unknown>>,
): ReadonlyMap<string, boolean> {
  const values = new Map<string, boolean>();
  for (const { variable, defaultValue } of definitions) {
    const name = variable.name.value;
    const given = Object.hasOwn(variables, name) ? variables[name] : undefined;
    const otherwise = defaultValue?.kind === Kind.BOOLEAN && defaultValue.value;
    values.set(name, given === undefined ? otherwise : given === true);
  }
  return values;
}

function chosen(
  { conditions, selections }: PreparedPlan,
  values: ReadonlyMap<string, boolean>,
  { document, operation }: Runnable,
  schema: GraphQLSchema,
): ObjectSelection {
  const key = conditions.map(({ variable }) => (values.get(variable.name.value) === true ? 1 : 0)).join('');
  const found = selections.get(key);
  if (found !== undefined) return found;
  const selection = selectionOf(document, operation, schema, values);
  if (selections.size < MOST_CHOICES) selections.set(key, selection);
  return selection;
}

/** As many as a subgraph can tell at once; of more only some are kept, which then speak for every item of their lists. */
const MANY = 50;

/** What is missing where an error was told already is told once. */
function* unexplained(misfits: readonly Misfit[], errors: readonly PlacedError[]): Generator<PlacedError> {
  const isAnyItem = errors.length >= MANY;
  for (const { message, path, missing } of misfits) {
    const isTold = missing && errors.some((error) => isAlong(error.path, path, isAnyItem));
    if (!isTold) yield { message, path, extensions: { code: 'INTERNAL' } };
  }
}

/** Whether one of two places lies within the other. */
function isAlong(one: Path, other: Path, isAnyItem: boolean): boolean {
  const length = Math.min(one.length, other.length);
  for (let index = 0; index < length; index += 1) {
    if (one[index] === other[index]) continue;
    if (!isAnyItem || typeof one[index] !== 'number' || typeof other[index] !== 'number') return false;
  }
  return true;
}
