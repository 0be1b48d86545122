import { randomUUID } from 'node:crypto';
import { composeServices } from '@apollo/composition';
import { operationFromDocument, Supergraph } from '@apollo/federation-internals';
import { buildOperationContext } from '@apollo/gateway';
import { QueryPlanner, type QueryPlan } from '@apollo/query-planner';
import {
  getOperationAST,
  Kind,
  parse,
  type DocumentNode,
  type GraphQLNamedType,
  type GraphQLSchema,
  type OperationDefinitionNode,
} from 'graphql';
import {
  compileFeeding,
  compileTags,
  fieldCache,
  headerPolicy,
  keptFetch,
  memoryStore,
  servedCounts,
  type Policy,
} from '../../gateway/cache/cache.ts';
import type { SharedValues } from '../../gateway/cache/shared-values.ts';
import { planExecutor } from '../../gateway/executor/executor.ts';
import type { Fetched, InnerError } from '../../gateway/fetched.ts';
import type { Call } from '../../gateway/request.ts';
import type { Scope } from '../../gateway/scope.ts';
import { aliasGuard } from '../../gateway/supergraph/aliases.ts';
import { plannedDocument } from '../../gateway/supergraph/conditions.ts';
import { silenceVendorTelemetry } from '../../gateway/supergraph/config.ts';
import { prepareSupergraph, type PreparedSupergraph } from '../../gateway/supergraph/prepare.ts';
import { shapeReader } from '../../gateway/transport/shape.ts';
import type { Fetching } from '../../gateway/transport/transport.ts';
import type { ApolloExecutor } from './apollo.ts';
import { CALL } from '../../gateway/testing-call.ts';
import { subgraphsOf, type Answering } from './subgraphs.ts';
import { linked } from './world.ts';

silenceVendorTelemetry();

/** An operation with its plan. */
export interface Planned {
  plan: QueryPlan;
  document: DocumentNode;
  operation: OperationDefinitionNode;
  /** Gives aliases of the names of keys back, which go under other names meanwhile. */
  restore: (fetched: Fetched) => Fetched;
}

/** What an executor made of a plan, and what subgraphs were asked for it. */
export interface Ran {
  fetched: Fetched;
  /** Apollo's executor tells separately of values that do not fit. */
  misfits: readonly InnerError[];
  sent: readonly string[];
}

/** One graph on which two executors can run the same plan. */
export interface Arena {
  schema: GraphQLSchema;
  plan: (text: string, name?: string) => Planned;
  /** Undefined when the plan is left to Apollo's executor. */
  ours: (
    planned: Planned,
    variables: Record<string, unknown>,
    answering: Answering,
  ) => Promise<Ran> | undefined;
  /**
   * Ours with a cache: cold, then at once, when all that may be kept is found, and 1.5 s later. `ageOf` tells for how many
   * milliseconds a field is kept, if at all; without it headers do. With `shared` all but the first run are on another gateway,
   * which has only that, and at once.
   */
  cached: (
    planned: Planned,
    variables: Record<string, unknown>,
    answering: Answering,
    ageOf: ((coordinate: string) => number | undefined) | undefined,
    shared?: SharedValues,
  ) => Promise<readonly [Ran, Ran, Ran]> | undefined;
  apollos: (
    executor: ApolloExecutor,
    planned: Planned,
    variables: Record<string, unknown>,
    answering: Answering,
    isBare?: boolean,
  ) => Promise<Ran>;
}

const UNKEPT = { scopeOf: (): Scope => 'USER', keptOf: () => undefined };
const LATER_MS = 1_500;
const KEEPING: Call = { ...CALL, keptFor: () => ({ owner: 'all', sharers: 'all' }) };

/** Undefined when the subgraphs do not fit together. */
export function composed(subgraphs: Readonly<Record<string, string>>): string | undefined {
  const services = Object.entries(subgraphs).map(([name, sdl]) => ({
    name,
    url: `http://${name}.invalid/graphql`,
    typeDefs: parse(linked(sdl)),
  }));
  return composeServices(services).supergraphSdl;
}

export function arena(supergraphSdl: string): Arena {
  const rules = new Set(['authenticated', 'requiresScopes', 'policy', 'mfa', 'feature'] as const);
  const prepared = prepareSupergraph(supergraphSdl, rules);
  const supergraph = Supergraph.build(prepared.plannerText, { validateSupergraph: false });
  const apiSchema = supergraph.apiSchema();
  const schema = apiSchema.toGraphQLJSSchema();
  const supergraphSchema = supergraph.schema.toGraphQLJSSchema();
  const shapeOf = shapeReader(prepared.types);
  const names = prepared.subgraphs.map(({ name }) => name);
  return {
    schema,
    plan: planning(supergraph, aliasGuard(prepared.document)),
    ours: ({ plan, document, operation }, variables, answering) => {
      const subgraphs = subgraphsOf(shapeOf, answering);
      const run = planExecutor({ ...subgraphs, ...UNKEPT, schema, types: prepared.types });
      const running = run(plan, { document, operation, variables, call: CALL });
      return running?.then((fetched) => ({ fetched, misfits: [], sent: subgraphs.sent }));
    },
    cached: ({ plan, document, operation }, variables, answering, ageOf, shared) => {
      let subgraphs = subgraphsOf(shapeOf, answering);
      const fetching: Fetching = { shapeOf, ask: (fetch) => subgraphs.ask(fetch) };
      const { one, other, pass } = gatewaysOver(prepared, fetching, ageOf, shared);
      const runnable = { document, operation, variables, call: KEEPING };
      const once = (keeping: typeof one) => {
        const { sent } = (subgraphs = subgraphsOf(shapeOf, answering));
        const run = planExecutor({ ...UNKEPT, ...keeping, shapeOf, schema, types: prepared.types });
        return run(plan, runnable)?.then((fetched): Ran => ({ fetched, misfits: [], sent }));
      };
      return once(one)?.then(async (first) => {
        const second = (await once(other)) ?? first;
        pass(LATER_MS);
        return [first, second, (await once(other)) ?? first] as const;
      });
    },
    apollos: async (executor, { plan, document, operation }, variables, answering, isBare = false) => {
      const subgraphs = subgraphsOf(shapeOf, answering);
      const source = isBare ? subgraphs.bare : subgraphs.conformed;
      const sources = Object.fromEntries(names.map((name) => [name, source(name)]));
      const named = operation.name === undefined ? {} : { operationName: operation.name.value };
      const context = buildOperationContext({ schema, operationDocument: document, ...named });
      const request = { request: { variables }, context: CALL, metrics: {} } as unknown as ApolloRequest;
      const result = await executor(plan, sources, request, context, supergraphSchema, apiSchema);
      const { extensions, ...fetched } = result as ApolloResult;
      return { fetched, misfits: extensions?.valueCompletion ?? [], sent: subgraphs.sent };
    },
  };
}

/** A cache before subgraphs twice, or two that have values in common; without `ageOf` headers say what is kept. */
function gatewaysOver(
  { types, document }: PreparedSupergraph,
  fetching: Fetching,
  ageOf: ((coordinate: string) => number | undefined) | undefined,
  shared: SharedValues | undefined,
) {
  const fromHeaders = ageOf === undefined;
  const policyOf = ({ name }: GraphQLNamedType, field: string): Policy | undefined => {
    const maxAge = field === '__typename' ? Infinity : ageOf?.(`${name}.${field}`);
    return maxAge === undefined ? undefined : { scope: 'PUBLIC', maxAge, swr: 0, sie: 0 };
  };
  let moment = 0;
  const feeding = compileFeeding(document);
  const [policies, tags, counts] = [{ policyOf, fromHeaders }, compileTags(document), servedCounts()];
  const reading = { policies, types, tags, counts, feeding };
  const keptOf = (asked: DocumentNode, subgraph: string) => keptFetch(asked, subgraph, reading);
  const options = {
    ...fetching,
    shared,
    tags,
    forget: () => undefined,
    headerPolicy: fromHeaders ? headerPolicy([]) : undefined,
    generation: randomUUID(),
    // Moments of several gateways are of one clock.
    ...(shared === undefined && { now: () => moment }),
  };
  const one = { keptOf, ask: fieldCache({ ...options, store: memoryStore() }) };
  const other = { keptOf, ask: fieldCache({ ...options, store: memoryStore() }) };
  const pass = (ms: number) => void (moment += ms);
  return { one, other: shared === undefined ? one : other, pass };
}

type ApolloRequest = Parameters<ApolloExecutor>[2];
type ApolloResult = Fetched & { extensions?: { valueCompletion?: InnerError[] } };

function planning(supergraph: Supergraph, guard: ReturnType<typeof aliasGuard>): Arena['plan'] {
  const planner = new QueryPlanner(supergraph, { debug: { maxEvaluatedPlans: 1000 } });
  const apiSchema = supergraph.apiSchema();
  return (text, name) => {
    const document = parse(text, { noLocation: true });
    const operation = getOperationAST(document, name);
    if (operation?.kind !== Kind.OPERATION_DEFINITION) throw new Error('no operation');
    const unguarded = { document, operation, restore: (fetched: Fetched) => fetched };
    const guarded = guard({ document, operation }) ?? unguarded;
    const named = name === undefined ? {} : { operationName: name };
    const asked = operationFromDocument(apiSchema, plannedDocument(guarded.document), named);
    // As it comes from the planner's thread.
    const plan = JSON.parse(JSON.stringify(planner.buildQueryPlan(asked))) as QueryPlan;
    return { plan, ...guarded };
  };
}
