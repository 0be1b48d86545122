import type { ServerResponse } from 'node:http';
import { expect, test, vi } from 'vitest';
import type { Reply } from '../../gateway/testing.ts';
import { keptForTests } from '../../gateway/testing-lifetime.ts';
import {
  ALL,
  entitiesOf,
  entity,
  HEALTHY,
  healthy,
  IDS,
  items,
  LOST,
  QUERY,
  right,
  say,
  warm,
  type Behaviour,
} from '../harness/shop.ts';

const LIMIT_MS = 3000;
/** Far more than an answer takes that waits for nobody, and less than the time a request may take. */
const LITTLE_MS = 3000;
/** So long that what hangs until it is released never comes near. */
const PATIENT_MS = 25_000;

vi.setConfig({ testTimeout: 180_000 });

const SLOW = 'query ($n: Int) { well slow(n: $n) }';
const QUICK = 'query ($n: Int) { well quick(n: $n) }';
const numbered = (count: number) => Array.from({ length: count }, (_, index) => index);

const shared = keptForTests((limit: number) => warm({ SUBGRAPH_TIMEOUT_MS: String(limit) }));

const EACH = IDS.flatMap((_, index) => [`items.${index}.price`, `items.${index}.maker`]);

/** Which error stands where, in alphabetical order. */
const placesOf = ({ body: { errors = [] } }: Reply) =>
  errors.map(({ path, extensions: { code } }) => `${path?.join('.')}: ${String(code)}`).toSorted();
const placed = (paths: readonly string[], code = 'SUBGRAPH_UNAVAILABLE') =>
  paths.map((path) => `${path}: ${code}`).toSorted();

const INTERNALS =
  /127\.0\.0\.1|10\.0\.0\.7|localhost|ECONN|:\d{4}|hunter2|nginx|undici|socket|\.[jt]s\b|\bat /;
const noisy = {
  message: 'connect ECONNREFUSED 10.0.0.7:5432 hunter2',
  extensions: { stacktrace: ['at /srv/x.js:1'] },
};

/** Answers that come when the test says so. */
const held: (() => void)[] = [];
const dripping = (response: ServerResponse) => {
  response.writeHead(200, { 'content-type': 'application/json' });
  const timer = setInterval(() => response.write(' '), 20);
  response.on('close', () => clearInterval(timer));
};
/** Right but for entities, which are what `change` makes of them. */
const withEntities =
  (change: (entities: object[]) => unknown, errors?: object[]): Behaviour =>
  (response, asked) => {
    const entities = entitiesOf(asked);
    if (entities === undefined) healthy(response, asked);
    else say(response, JSON.stringify({ data: { _entities: change(entities) }, errors }));
  };

const GIVES_NOTHING: [string, Behaviour][] = [
  ['never answers', () => undefined],
  ['answers after its time', (response, asked) => void held.push(() => healthy(response, asked))],
  ['drips', dripping],
  ['closes connections', (response) => void response.socket?.destroy()],
  [
    'breaks off its answer',
    (response) => {
      response.writeHead(200, { 'content-type': 'application/json', 'content-length': 100 });
      response.write('{"data"', () => response.socket?.destroy());
    },
  ],
  ['answers HTML', (response) => say(response, '<h1>nginx at 10.0.0.7</h1>', 'text/html')],
  ['answers {}', (response) => say(response, '{}')],
  ['answers half a document', (response) => say(response, '{"data":{"offer":')],
  ['answers with a list', (response) => say(response, '[{"data":{}}]')],
  [
    'answers with data of other types',
    (response) => say(response, '{"data":{"offer":"text","_entities":"none"}}'),
  ],
  [
    'answers right in nine megabytes',
    (response, asked) => say(response, JSON.stringify({ data: right(asked) }).padEnd(9 << 20)),
  ],
];

test.each(GIVES_NOTHING)('a subgraph that %s costs its own fields, by its limit', async (_, behave) => {
  const { gateway, bad } = await shared(LIMIT_MS);
  bad.behave = behave;
  const began = performance.now();
  const reply = await gateway.ask(QUERY);
  expect(performance.now() - began).toBeLessThan(LIMIT_MS + LITTLE_MS);
  expect(reply.status).toBe(200);
  expect(reply.body.data).toEqual({ ...ALL, offer: null, items: items(() => LOST) });
  expect(placesOf(reply)).toEqual(placed(['offer', ...EACH]));
  expect(reply.text).not.toMatch(INTERNALS);
  for (const answer of held.splice(0)) answer();
  bad.behave = healthy;
  expect((await gateway.ask(QUERY)).body).toEqual({ data: ALL });
});

test('a subgraph that refuses connections costs its own fields', async () => {
  const { gateway, close } = await warm();
  await close();
  const reply = await gateway.ask(QUERY);
  expect(reply.body.data).toEqual({ ...ALL, offer: null, items: items(() => LOST) });
  expect(placesOf(reply)).toEqual(placed(['offer', ...EACH]));
  expect(reply.text).not.toMatch(INTERNALS);
});

test('where the time of the request ends before that of the subgraph, the errors say so', async () => {
  const { gateway, bad } = await warm({ REQUEST_TIMEOUT_MS: String(LIMIT_MS) });
  bad.behave = () => undefined;
  const reply = await gateway.ask(QUERY);
  expect(reply.body.data).toEqual({ ...ALL, offer: null, items: items(() => LOST) });
  expect(placesOf(reply)).toEqual(placed(['offer', ...EACH], 'DEADLINE_EXCEEDED'));
});

test.each<[string, Behaviour]>([
  ['too few entities', withEntities((entities) => entities.slice(1))],
  ['too many entities', withEntities((entities) => [...entities, ...entities])],
  ['no list of entities', withEntities(() => ({ 0: entity('1') }))],
  ['no entities', withEntities(() => undefined)],
])('%s are taken for none, because nobody knows whose they are', async (_, behave) => {
  const { gateway, bad } = await shared(LIMIT_MS);
  bad.behave = behave;
  const reply = await gateway.ask(QUERY);
  expect(reply.body.data).toEqual({ ...ALL, items: items(() => LOST) });
  expect(placesOf(reply)).toEqual(placed(EACH));
});

test('what is right about an entity is kept, and what has another type is lost', async () => {
  const { gateway, bad } = await shared(LIMIT_MS);
  bad.behave = withEntities(([first = {}, second = {}]) => [
    { ...first, price: { sql: 'hunter2' } },
    { ...second, maker: 'hunter2' },
    7,
  ]);
  const reply = await gateway.ask(QUERY);
  const without = (id: string) => (id === '1' ? { price: null } : id === '2' ? { maker: null } : LOST);
  expect(reply.body.data).toEqual({ ...ALL, items: items(without) });
  expect(placesOf(reply).map((place) => place.replace(/:.*/, ''))).toEqual([
    'items.0.price',
    'items.1.maker',
    'items.2.price',
    'items.3',
  ]);
  expect(reply.text).not.toMatch(INTERNALS);
});

test('entities with errors leave the others right', async () => {
  const { gateway, bad } = await shared(LIMIT_MS);
  const gone = { message: 'It is gone.', path: ['_entities', 0], extensions: { code: 'NOT_FOUND' } };
  bad.behave = withEntities((entities) => entities.with(0, null as never), [gone]);
  const reply = await gateway.ask(QUERY);
  expect(reply.body.data).toEqual({ ...ALL, items: items((id) => (id === '1' ? LOST : {})) });
  expect(placesOf(reply)).toEqual(placed(['items.0', 'items.2'], 'NOT_FOUND'));
});

test('five thousand errors are one for each place, and none of their words is told', async () => {
  const { gateway, bad } = await shared(LIMIT_MS);
  const errors = Array.from({ length: 5000 }, () => noisy);
  bad.behave = (response) => say(response, JSON.stringify({ data: null, errors }));
  const reply = await gateway.ask(QUERY);
  expect(reply.body.data).toEqual({ ...ALL, offer: null, items: items(() => LOST) });
  expect(placesOf(reply)).toEqual(placed(['offer', ...EACH], 'INTERNAL'));
  expect(reply.text).not.toMatch(INTERNALS);
});

test('names that every object has are data like any other', async () => {
  const { gateway, bad } = await shared(LIMIT_MS);
  const traps =
    '"__proto__":{"polluted":1,"price":0},"constructor":{"prototype":{"polluted":1}},"toString":7,';
  bad.behave = (response, asked) =>
    say(response, JSON.stringify({ data: right(asked) }).replaceAll(/\{(?=")/g, `{${traps}`));
  expect((await gateway.ask(QUERY)).body).toEqual({ data: ALL });
  expect('polluted' in {}).toBe(false);
});

/** Hangs what is asked for until it is released. */
function hanging(isHung: (query: string) => boolean) {
  const waiting: (() => void)[] = [];
  const behave: Behaviour = (response, asked) => {
    if (isHung(asked.query)) waiting.push(() => healthy(response, asked));
    else healthy(response, asked);
  };
  return { behave, waiting, release: () => waiting.splice(0).forEach((answer) => answer()) };
}

test('while a hundred requests hang on it, those that do not need it are answered', async () => {
  const { gateway, bad } = await shared(PATIENT_MS);
  const { behave, waiting, release } = hanging(() => true);
  bad.behave = behave;
  const hung = numbered(100).map((n) => gateway.ask(SLOW, { n }));
  let anyEnded = false;
  void Promise.race(hung).then(() => (anyEnded = true));
  await vi.waitFor(() => expect(waiting.length).toBeGreaterThan(0));
  const shown = IDS.map((id) => ({ name: `Item ${id}`, stock: Number(id) }));
  for (const _ of numbered(5))
    expect((await gateway.ask(HEALTHY)).body).toEqual({ data: { shop: 'open', well: 'yes', items: shown } });
  expect(anyEnded).toBe(false);
  bad.behave = healthy;
  release();
  for (const [n, one] of hung.entries()) expect((await one).body).toEqual({ data: { well: 'yes', slow: n } });
});

test('while a field of a subgraph hangs, its other fields are answered', async () => {
  const { gateway, bad } = await shared(PATIENT_MS);
  const { behave, release } = hanging((query) => query.includes('slow'));
  bad.behave = behave;
  const both = numbered(20).map((n) => ({
    slow: gateway.ask(SLOW, { n }),
    quick: gateway.ask(QUICK, { n }),
  }));
  let anyEnded = false;
  void Promise.race(both.map(({ slow }) => slow)).then(() => (anyEnded = true));
  for (const [n, { quick }] of both.entries())
    expect((await quick).body).toEqual({ data: { well: 'yes', quick: n } });
  expect(anyEnded).toBe(false);
  release();
  for (const [n, { slow }] of both.entries())
    expect((await slow).body).toEqual({ data: { well: 'yes', slow: n } });
});
