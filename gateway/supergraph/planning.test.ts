import { createHash } from 'node:crypto';
import { join } from 'node:path';
import { ApolloGateway } from '@apollo/gateway';
import { createLog } from '@chorus/shared/log.ts';
import { getIntrospectionQuery, Kind, parse } from 'graphql';
import { afterAll, beforeAll, expect, onTestFinished, test } from 'vitest';
import { ENFORCED } from '../access/access.ts';
import type { Execution } from '../request.ts';
import { planHandover } from './apollo.ts';
import { planning, type QueryPlan } from './planning.ts';
import { readSupergraph } from './supergraph.ts';

const { plannerText: supergraphSdl } = readSupergraph(
  join(import.meta.dirname, '../supergraph.graphql'),
  ENFORCED,
);
const CONFIG = { debug: { maxEvaluatedPlans: 1000 } };

interface Asking {
  name?: string;
  client?: string;
  signal?: AbortSignal;
}

function executionOf(text: string, { name, client = 'somebody', signal }: Asking = {}): Execution {
  const document = parse(text, { noLocation: true });
  const operation = document.definitions.find((node) => node.kind === Kind.OPERATION_DEFINITION);
  if (operation === undefined) throw new Error('no operation');
  const queryHash = createHash('sha256').update(text).digest('hex');
  const call = { signal: signal ?? new AbortController().signal } as Execution['call'];
  return { document, operation, name, queryHash, variables: {}, client, call };
}

/** A planner of the product's supergraph, and how many operations it planned. */
function planner(atTheEnd: (stop: () => Promise<void>) => void = onTestFinished) {
  const log = createLog('test', 'silent');
  let planned = 0;
  log.debug = (_: unknown, message?: string) => void (planned += message === 'operation planned' ? 1 : 0);
  const { plan, hottest, warm, stop } = planning({ supergraphSdl, config: CONFIG }, log);
  atTheEnd(stop);
  const ask = (text: string, asking?: Asking) => plan(executionOf(text, asking));
  return { ask, hottest, warm, planned: () => planned };
}

/** What Apollo's gateway plans when nobody hands it a plan. */
let apollosPlan: (execution: Execution, variables: Record<string, unknown>) => Promise<QueryPlan>;
beforeAll(async () => {
  process.env['APOLLO_TELEMETRY_DISABLED'] = '1';
  let made: QueryPlan | undefined;
  const cache = { ...planHandover().cache, set: async (_: string, plan: QueryPlan) => void (made = plan) };
  const gateway = new ApolloGateway({
    supergraphSdl,
    buildService: () => ({ process: () => Promise.resolve({ data: {} }) }),
    queryPlannerConfig: { ...CONFIG, cache },
  });
  const { executor } = await gateway.load();
  apollosPlan = async ({ document, name, queryHash }, variables) => {
    const request = { variables, ...(name === undefined ? {} : { operationName: name }) };
    await executor({ request, document, queryHash, context: {}, metrics: {} } as Parameters<
      typeof executor
    >[0]);
    if (made === undefined) throw new Error('Apollo planned nothing');
    return made;
  };
});

const shared = planner(afterAll);

const SEVERAL = 'query A { plans { id } } query B($n: Int) { mentions(first: $n) { nodes { id } } }';

test.each<[string, string, Record<string, unknown>?, string?]>([
  ['one service', '{ trackers { id name } }'],
  [
    'several services beside each other',
    '{ trackers { id } plans { id } viewer { email } mentionVolume { day count } }',
  ],
  ['entities', '{ trackers { id volume { day count } } viewer { tenant { subscription { plan { id } } } } }'],
  [
    'variables, directives and fragments',
    `query Q($with: Boolean!, $without: Boolean!, $n: Int, $from: Date) {
      page: mentions(first: $n) { nodes { ...M @include(if: $with) id } pageInfo { hasNextPage } }
      viewer @skip(if: $without) { member { id } tenant { ... on Tenant { subscription { plan { name } } } } }
    }
    fragment M on Mention { text assignee { id name } trackers { id volume(from: $from) { day } } }`,
    { with: true, without: false },
  ],
  [
    'unions and interfaces',
    `mutation ($input: CreateTrackerInput!) { createTracker(input: $input) {
      __typename ... on Tracker { id volume { count } } ... on Problem { message } } }`,
    { input: { name: 'x' } },
  ],
  [
    'mutations one after the other',
    'mutation { a: deleteTracker(input: { id: "1" }) { __typename } signOut(input: {}) { __typename } b: deleteTracker(input: { id: "2" }) { __typename } }',
  ],
  ['one operation of several', SEVERAL, {}, 'A'],
  ['the other operation of several', SEVERAL, { n: 3 }, 'B'],
  ['the schema beside data', '{ __schema { queryType { name } } plans { id } __typename }'],
  ['nothing but the schema', getIntrospectionQuery()],
  [
    'literals with odd characters',
    '{ explainAccess(memberId: "\\"\\u00e9\\n#{}", permission: """a "b" c""", resource: {a: [1, 2.5, null, true]}) { allowed } }',
  ],
])('the thread plans as Apollo does: %s', async (_, text, variables = {}, name?) => {
  const asking = name === undefined ? {} : { name };
  const [plan, theirs] = [
    await shared.ask(text, asking),
    await apollosPlan(executionOf(text, asking), variables),
  ];
  expect(plan).toEqual(theirs);
  expect(JSON.stringify(plan)).toBe(JSON.stringify(theirs));
});

test('a plan is made once, and each operation of a document has its own', async () => {
  const { ask, planned } = planner();
  const both = await Promise.all([
    ask(SEVERAL, { name: 'A' }),
    ask(SEVERAL, { name: 'A', client: 'another' }),
  ]);
  expect(both[1]).toBe(both[0]);
  expect(await ask(SEVERAL, { name: 'A' })).toBe(both[0]);
  expect(planned()).toBe(1);
  expect(await ask(SEVERAL, { name: 'B' })).not.toEqual(both[0]);
  expect(planned()).toBe(2);
});

test('a client with 150 new operations waiting delays the new operation of another by a plan or two', async () => {
  const { ask } = planner();
  const order: string[] = [];
  const asking = (text: string, client: string) => ask(text, { client }).then(() => order.push(client));
  const many = Array.from({ length: 150 }, (_, n) => asking(`{ plans { a${n}: id } }`, 'flood'));
  await many[0];
  await asking('{ trackers { id volume { day } } }', 'other');
  expect(order.length).toBeLessThan(5);
  await Promise.all(many);
  expect(order).toHaveLength(151);
});

test('a request that is over gets no plan, and one that cannot be planned gets an error every time', async () => {
  const { ask, planned } = planner();
  await expect(ask('{ plans { id } }', { signal: AbortSignal.abort() })).rejects.toMatchObject({
    code: 'DEADLINE_EXCEEDED',
  });
  for (const attempt of [1, 2]) {
    await expect(ask('{ noSuchField }', { client: String(attempt) })).rejects.toThrow('cannot be planned');
  }
  expect(planned()).toBe(0);
});

test('what was asked for most is planned for another supergraph before anybody asks; what does not fit is left out', async () => {
  const before = planner();
  for (const text of ['{ plans { id } }', SEVERAL, '{ trackers { id } }', SEVERAL, '{ plans { id } }']) {
    await before.ask(text, text === SEVERAL ? { name: 'B' } : {});
  }
  const hottest = before.hottest(2);
  expect(hottest.map(({ operationName }) => operationName)).toEqual(expect.arrayContaining([undefined, 'B']));
  const after = planner();
  await after.warm([{ key: 'gone', text: '{ gone }', operationName: undefined }, ...hottest]);
  expect(after.planned()).toBe(2);
  await after.ask('{ plans { id } }');
  await after.ask(SEVERAL, { name: 'B' });
  expect(after.planned()).toBe(2);
});
