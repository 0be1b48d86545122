import { GLOBAL } from '@chorus/shared/event-bus.ts';
import { newId } from '@chorus/shared/id.ts';
import { INVALIDATED, ofTypes } from '@chorus/shared/invalidation.ts';
import { expect, onTestFinished, test, vi } from 'vitest';
import { productGateway } from '../testing-product.ts';
import { gatewayOver, subgraph } from '../testing.ts';
import { CHORUS, TOKEN } from './testing-shop.ts';

const SDL = `${CHORUS}
  type Query {
    posts: [Post!] @fieldCache(maxAge: 60)
    numbers: [Count!] @fieldCache(maxAge: 60, sie: 600)
    motto: String @fieldCache(maxAge: 60, scope: "PUBLIC")
  }
  type Post @fieldCache(maxAge: 60) { text: String }
  type Count @fieldCache(maxAge: 60, sie: 600) { count: Int }
  type Mutation { change: String }`;

/** Machines can be slow. */
const PATIENT = { timeout: 10_000, interval: 20 };

const POSTS = '{ posts { text } }';
const NUMBERS = '{ numbers { count } }';
const MOTTO = '{ motto }';

/** Two gateways of one product over a subgraph that never answers the same twice; moments are in the test's hand. */
async function product() {
  vi.useFakeTimers({ toFake: ['performance'] });
  onTestFinished(() => void vi.useRealTimers());
  let made = 0;
  const feed = await subgraph('feed', SDL, {
    Query: {
      posts: () => [{ text: `post ${++made}` }],
      numbers: () => [{ count: ++made }],
      motto: () => `motto ${++made}`,
    },
    Mutation: { change: () => 'changed' },
  });
  const known = await productGateway({ over: [feed], env: { CHORUS_INTERNAL_TOKEN: TOKEN } });
  const other = await gatewayOver([feed], { bus: known.bus, env: known.settings });
  const headers = { authorization: `Bearer ${await known.token(known.ann)}` };
  const through = (gateway: typeof other) => async (query: string) => {
    const { data, errors, extensions } = (await gateway.ask(query, {}, headers)).body;
    return { data: JSON.stringify(data), errors, extensions };
  };
  const [here, there] = [through(known.gateway), through(other)];
  /** What is kept on the other gateway by now. */
  const kept = (query: string) =>
    vi.waitFor(async () => {
      const { data } = await there(query);
      expect((await there(query)).data).toBe(data);
      return data;
    }, PATIENT);
  /** Whether the other gateway asks again, sooner or later. */
  const isForgotten = (query: string, before: string | undefined) =>
    vi.waitFor(
      async () => (await there(query)).data !== before || Promise.reject(new Error('still kept')),
      PATIENT,
    );
  const tell = (tenantId: string, ...types: string[]) =>
    known.bus.append('feed', [
      {
        id: newId(),
        type: INVALIDATED,
        tenantId,
        time: new Date().toISOString(),
        data: ofTypes('feed', types),
      },
    ]);
  return { ...known, here, there, kept, isForgotten, tell, down: feed.close };
}

test('what a mutation changed at one gateway the others forget', async () => {
  const { here, kept, isForgotten } = await product();
  const [posts, motto] = [await kept(POSTS), await kept(MOTTO)];
  await here('mutation { change }');
  expect(await isForgotten(POSTS, posts)).toBe(true);
  expect(await kept(MOTTO)).toBe(motto);
});

test('so they do with what one is told at its internal port', async () => {
  const { gateway, kept, isForgotten } = await product();
  const motto = await kept(MOTTO);
  const answer = await fetch(new URL('/cache/invalidate', gateway.internalUrl), {
    method: 'POST',
    headers: { authorization: `Bearer ${TOKEN}` },
    body: JSON.stringify([{ kind: 'subgraph', subgraph: 'feed' }]),
  });
  expect(answer.status).toBe(202);
  expect(await isForgotten(MOTTO, motto)).toBe(true);
});

test('what a service says of a tenant is asked again for that tenant, and nothing else', async () => {
  const { tenantId, kept, isForgotten, tell } = await product();
  const [posts, numbers] = [await kept(POSTS), await kept(NUMBERS)];
  await tell(newId(), 'Post', 'Count');
  await tell(tenantId, 'Post');
  expect(await isForgotten(POSTS, posts)).toBe(true);
  expect(await kept(NUMBERS)).toBe(numbers);
});

test('what a service says of everybody is asked again for everybody', async () => {
  const { kept, isForgotten, bus } = await product();
  const [posts, motto] = [await kept(POSTS), await kept(MOTTO)];
  const data = [{ kind: 'subgraph', subgraph: 'feed' }];
  await bus.append('feed', [
    { id: newId(), type: INVALIDATED, tenantId: GLOBAL, time: new Date().toISOString(), data },
  ]);
  expect(await isForgotten(POSTS, posts)).toBe(true);
  expect(await isForgotten(MOTTO, motto)).toBe(true);
});

test('what a service says is old is served no more, but for when its subgraph cannot be reached and the schema allows it', async () => {
  const { tenantId, there, kept, tell, down } = await product();
  const numbers = await kept(NUMBERS);
  await kept(POSTS);
  await down();
  expect((await there(NUMBERS)).data).toBe(numbers);
  await tell(tenantId, 'Post', 'Count');
  await vi.waitFor(
    async () => expect(await there(NUMBERS)).toEqual({ data: numbers, extensions: { stale: ['numbers'] } }),
    PATIENT,
  );
  expect((await there(POSTS)).errors).toMatchObject([{ extensions: { code: 'SUBGRAPH_UNAVAILABLE' } }]);
});

test('while the bus is not heard nothing kept is served, unless its subgraph cannot be reached either and the schema allows it', async () => {
  const { bus, there, kept, down } = await product();
  const numbers = await kept(NUMBERS);
  await kept(POSTS);
  bus.beating(false);
  const asked = await vi.waitFor(async () => {
    const { data } = await there(NUMBERS);
    expect(data).not.toBe(numbers);
    return data;
  }, PATIENT);
  expect((await there(NUMBERS)).data).not.toBe(asked);
  await down();
  expect(await there(NUMBERS)).toMatchObject({ extensions: { stale: ['numbers'] } });
  expect((await there(POSTS)).errors).toMatchObject([{ extensions: { code: 'SUBGRAPH_UNAVAILABLE' } }]);
});

test('after that, what was kept before is asked for once more', async () => {
  const { bus, kept } = await product();
  const numbers = await kept(NUMBERS);
  bus.reachable(false);
  vi.advanceTimersByTime(1);
  bus.reachable(true);
  expect(await kept(NUMBERS)).not.toBe(numbers);
});
