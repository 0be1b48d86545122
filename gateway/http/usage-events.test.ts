import { AppError } from '@chorus/shared/errors.ts';
import { GraphQLError } from 'graphql';
import { expect, test } from 'vitest';
import { productGateway } from '../testing-product.ts';
import { gatewayOver, subgraph } from '../testing.ts';

const SDL = `
  scalar JSON
  interface Problem { message: String! }
  type Query { nothing: Int }
  input UsageEventInput {
    specversion: String id: String! source: String! type: String! subject: String time: String
    datacontenttype: String data: JSON
  }
  input RecordUsageInput { events: [UsageEventInput!]! }
  type UsageEventRefused implements Problem { reason: String! message: String! }
  type RecordedUsageEvent {
    index: Int! id: String! duplicate: Boolean! metered: Boolean! late: Boolean! problem: UsageEventRefused
  }
  type RecordedUsage { recorded: Int! events: [RecordedUsageEvent!]! }
  type UsageBatchRefused implements Problem { message: String! }
  union RecordUsageResult = RecordedUsage | UsageBatchRefused
  type Mutation {
    recordUsage(input: RecordUsageInput!): RecordUsageResult @requiresScopes(scopes: [["billing.read"]])
  }`;

const ONE = 'application/cloudevents+json';
const BATCH = 'application/cloudevents-batch+json';

type Sent = { id: string };

/** What the mutation answers to what it was sent. */
type Record = (events: readonly Sent[]) => object;

const recorded: Record = (events) => ({
  __typename: 'RecordedUsage',
  recorded: events.length,
  events: events.map(({ id }, index) => ({ index, id, duplicate: false, metered: true, late: false })),
});

/** A gateway over a subgraph that records, and how its tenant's owner sends events. */
async function recording(record: Record = recorded) {
  const seen: Sent[][] = [];
  const billing = await subgraph('billing', SDL, {
    Mutation: {
      recordUsage: (_: unknown, { input }: { input: { events: Sent[] } }) => {
        seen.push(input.events);
        return record(input.events);
      },
    },
  });
  const { gateway, token, ann, bob } = await productGateway({ over: [billing] });
  const post = async (body: unknown, type = BATCH, who = ann) => {
    const headers = { 'content-type': type, authorization: `Bearer ${await token(who)}` };
    const text = typeof body === 'string' ? body : JSON.stringify(body);
    const { status, text: answered } = await gateway.send('/usage/events', {
      method: 'POST',
      headers,
      body: text,
    });
    return { status, body: JSON.parse(answered) as object };
  };
  return { gateway, post, seen, bob };
}

const event = (id: string) => ({ specversion: '1.0', id, source: 's', type: 't', data: { rows: 1 } });

const refusedAs = (code: string) => ({ errors: [{ extensions: { code } }] });

test('a batch and a single event are recorded, and each event is told of', async () => {
  const { post, seen } = await recording();
  const told = (id: string, index: number) => ({
    index,
    id,
    duplicate: false,
    metered: true,
    late: false,
    problem: null,
  });
  expect(await post([event('a'), event('b')])).toEqual({
    status: 200,
    body: { recorded: 2, events: [told('a', 0), told('b', 1)] },
  });
  expect(await post(event('c'), `${ONE}; charset=utf-8`)).toEqual({
    status: 200,
    body: { recorded: 1, events: [told('c', 0)] },
  });
  expect(seen).toEqual([[event('a'), event('b')], [event('c')]]);
});

test('what others put into an event on its way is passed over', async () => {
  const { post, seen } = await recording();
  expect((await post([{ ...event('a'), traceparent: '00-1', dataschema: 'x' }])).status).toBe(200);
  expect(seen).toEqual([[event('a')]]);
});

test.each<[number, string, unknown, string]>([
  [400, 'no JSON', '{', BATCH],
  [400, 'no list', event('a'), BATCH],
  [400, 'no event', [event('a'), 5], BATCH],
  [400, 'an event without an id', [{ ...event('a'), id: undefined }], BATCH],
  [400, 'an id that is no string', [{ ...event('a'), id: 5 }], BATCH],
  [415, 'GraphQL', { query: '{ nothing }' }, 'application/json'],
  [415, 'another type', [event('a')], 'text/plain'],
  [413, 'more than 256 kB', [{ ...event('a'), data: 'x'.repeat(256 * 1024) }], BATCH],
])('%i is the answer to %s, and nothing is recorded', async (status, _, body, type) => {
  const { post, seen } = await recording();
  const answer = await post(body, type);
  expect(answer).toMatchObject({ status, body: { errors: [{}] } });
  expect(seen).toEqual([]);
});

test('a batch that is refused whole, a caller who may not, and one nobody knows get the status of their error', async () => {
  const refusing = await recording(() => ({ __typename: 'UsageBatchRefused', message: 'Too many.' }));
  expect(await refusing.post([])).toMatchObject({ status: 400, body: refusedAs('BAD_USER_INPUT') });
  expect(await refusing.post([], BATCH, refusing.bob)).toMatchObject({
    status: 403,
    body: refusedAs('FORBIDDEN'),
  });
  const { gateway } = refusing;
  const init = { method: 'POST', headers: { 'content-type': BATCH }, body: '[]' };
  expect((await gateway.send('/usage/events', init)).status).toBe(401);
  expect((await gateway.send('/usage/events', { headers: { 'content-type': BATCH } })).status).toBe(405);
});

test('a failure of the service has its status, and nothing internal', async () => {
  const { post } = await recording(() => {
    const { message, code } = new AppError('CONFLICT');
    throw new GraphQLError(message, { extensions: { code } });
  });
  expect(await post([event('a')])).toMatchObject({ status: 409, body: refusedAs('CONFLICT') });
});

test('a gateway that serves a supergraph alone has no such path', async () => {
  const alone = await gatewayOver([await subgraph('billing', 'type Query { nothing: Int }', {})]);
  const init = { method: 'POST', headers: { 'content-type': BATCH }, body: '[]' };
  expect((await alone.send('/usage/events', init)).status).toBe(404);
});
