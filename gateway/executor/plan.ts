import type { FetchNode, PlanNode, QueryPlan } from '@apollo/query-planner';
import { parse, type DocumentNode, type GraphQLSchema } from 'graphql';
import type { KeptFetch, ScopeOf } from '../cache/cache.ts';
import type { Scope } from '../scope.ts';
import type { Fetching, FetchShape } from '../transport/transport.ts';
import { mergedFields, type MergedField, type Renamed, type Renames, type Written } from './merge.ts';
import { representing, type Represent } from './representations.ts';
import { FRAGMENT, isOfType } from './rewrites.ts';

/** A plan with everything worked out that does not depend on the request. */
export type Step =
  | { kind: 'sequence' | 'parallel'; steps: readonly Step[] }
  | { kind: 'condition'; variable: string; yes: Step | undefined; no: Step | undefined }
  | FetchStep;

export interface FetchStep {
  kind: 'fetch';
  subgraph: string;
  /** The operation's text. */
  text: string;
  /** The request as JSON up to the first variable. */
  head: string;
  /** The client's variables it uses. */
  variables: readonly string[];
  shape: FetchShape;
  /** Whom its answer is for. */
  scope: Scope;
  /** Undefined when nothing of its answer is kept. */
  kept: KeptFetch | undefined;
  /** Where the objects stand that it adds to: response names, and `@` for the items of a list. */
  path: readonly string[];
  /** Undefined when it asks the root. */
  represent: Represent | undefined;
  fields: readonly MergedField[];
  renamed: Renames;
}

/** A node of a kind this executor does not know. */
class Unknown extends Error {}

/** What prepares the steps of one supergraph. */
export interface Preparing {
  /** Every type of the supergraph, inaccessible ones included. */
  types: GraphQLSchema;
  shapeOf: Fetching['shapeOf'];
  scopeOf: ScopeOf;
  keptOf: (operation: DocumentNode, subgraph: string) => KeptFetch | undefined;
}

export interface Steps {
  /** Undefined when there is nothing to fetch. */
  steps: Step | undefined;
  /** How many requests there are, conditions aside. */
  fetches: number;
}

/** The steps of a plan, undefined for one of unknown kinds. */
export function stepsOf(plan: QueryPlan, preparing: Preparing): Steps | undefined {
  if (plan.node === undefined) return { steps: undefined, fetches: 0 };
  try {
    const fetches: FetchStep[] = [];
    const steps = stepOf(plan.node, [], (node, path) => {
      const fetch = fetchStep(node, path, preparing);
      fetches.push(fetch);
      return fetch;
    });
    // How a fetch is merged depends on where all the others write.
    const fieldsOf = mergedFields(fetches.map(writtenBy));
    for (const fetch of fetches) fetch.fields = fieldsOf(writtenBy(fetch));
    return { steps, fetches: fetches.length };
  } catch (failure) {
    if (failure instanceof Unknown) return undefined;
    throw failure;
  }
}

type Node = NonNullable<QueryPlan['node']>;

const writtenBy = ({ path, shape, renamed }: FetchStep): Written => ({ path, fields: shape.fields, renamed });

type ToFetch = (node: FetchNode, path: readonly string[]) => FetchStep;

function stepOf(node: Node, path: readonly string[], fetch: ToFetch): Step {
  const within = (inner: PlanNode) => stepOf(inner, path, fetch);
  switch (node.kind) {
    case 'Sequence':
      return { kind: 'sequence', steps: node.nodes.map(within) };
    case 'Parallel':
      return { kind: 'parallel', steps: node.nodes.map(within) };
    case 'Flatten':
      return stepOf(node.node, [...path, ...stepsInto(node.path)], fetch);
    case 'Condition': {
      const { condition: variable, ifClause, elseClause } = node;
      return {
        kind: 'condition',
        variable,
        yes: ifClause && within(ifClause),
        no: elseClause && within(elseClause),
      };
    }
    case 'Fetch':
      return fetch(node, path);
    case 'Defer':
    case 'Subscription':
    default:
      throw new Unknown(node.kind);
  }
}

function stepsInto(path: readonly (string | number)[]): string[] {
  return path.map((step) => {
    // Type conditions within paths belong to a way of planning that is not switched on.
    if (typeof step !== 'string' || step.includes('|')) throw new Unknown(`path step ${step}`);
    return step;
  });
}

function renamedBy({ outputRewrites = [] }: FetchNode, types: GraphQLSchema): Renames {
  const renamed = new Map<string, Renamed>();
  for (const rewrite of outputRewrites) {
    if (rewrite.kind !== 'KeyRenamer') throw new Unknown(`output ${rewrite.kind}`);
    const { path, renameKeyTo: name } = rewrite;
    const from = path.at(-1) ?? '';
    const condition = path.at(-2)?.startsWith(FRAGMENT) ? path.at(-2)?.slice(FRAGMENT.length) : undefined;
    const others = renamed.get(from)?.fits;
    const fits = (type: unknown) =>
      typeof type !== 'string' || condition === undefined || isOfType(types, type, condition);
    renamed.set(from, { name, fits: others === undefined ? fits : (type) => others(type) || fits(type) });
  }
  return renamed;
}

function fetchStep(
  node: FetchNode,
  path: readonly string[],
  { types, shapeOf, scopeOf, keptOf }: Preparing,
): FetchStep {
  const { serviceName, operation, operationName, variableUsages = [], requires } = node;
  if ((node.contextRewrites ?? []).length > 0 || node.hasDefers === true)
    throw new Unknown('context or defer');
  const document = parse(operation, { noLocation: true });
  const named = operationName === undefined ? '' : `,"operationName":${JSON.stringify(operationName)}`;
  return {
    kind: 'fetch',
    subgraph: serviceName,
    text: operation,
    head: `{"query":${JSON.stringify(operation)}${named},"variables":{`,
    variables: variableUsages,
    shape: shapeOf(operation),
    scope: scopeOf(document),
    kept: keptOf(document, serviceName),
    path,
    represent: requires && representing(types, requires, node.inputRewrites ?? []),
    fields: [],
    renamed: renamedBy(node, types),
  };
}
