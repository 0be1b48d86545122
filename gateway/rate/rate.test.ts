import { expect, onTestFinished, test, vi } from 'vitest';
import { productGateway } from '../testing-product.ts';

/** The product's gateway, with the clock of the limit in the test's hand. */
async function limited() {
  vi.useFakeTimers({ toFake: ['performance'] });
  onTestFinished(() => void vi.useRealTimers());
  const product = await productGateway();
  const statuses = async (credential: string, times: number, query?: string) => {
    const answers = await Promise.all(Array.from({ length: times }, () => product.as(credential, query)));
    return answers.map(({ status }) => status);
  };
  return { ...product, statuses };
}

const count = (statuses: readonly number[], wanted: number) =>
  statuses.filter((status) => status === wanted).length;

test('of 200 requests at once with one key 60 pass, and as many more as time goes by', async () => {
  const { apiKey, statuses, accounts } = await limited();
  const { key } = apiKey();
  const first = await statuses(key, 200);
  expect([count(first, 200), count(first, 429)]).toEqual([60, 140]);
  // Equal requests under way share what they ask.
  expect(accounts.received.length).toBeLessThanOrEqual(60);
  vi.advanceTimersByTime(500);
  expect(count(await statuses(key, 200), 200)).toBe(30);
  vi.advanceTimersByTime(60_000);
  expect(count(await statuses(key, 200), 200)).toBe(60);
});

test('a refusal says when to come back and reaches no subgraph', async () => {
  const { apiKey, as, accounts } = await limited();
  const { key } = apiKey({ rateLimit: 1 });
  await as(key);
  const { status, headers, body } = await as(key);
  expect([status, headers.get('retry-after')]).toEqual([429, '1']);
  expect(body).toEqual({
    errors: [{ message: 'Too many requests; try again later.', extensions: { code: 'RATE_LIMITED' } }],
  });
  expect(accounts.received).toHaveLength(1);
});

test('all requests of a key count together, queries and mutations', async () => {
  const { apiKey, statuses } = await limited();
  const { key } = apiKey({ rateLimit: 4 });
  const asked = [
    ...(await statuses(key, 2)),
    ...(await statuses(key, 2, 'mutation { change }')),
    ...(await statuses(key, 1)),
  ];
  expect(asked).toEqual([200, 200, 200, 200, 429]);
});

test('another key, people and those who have not signed in go on as before', async () => {
  const { apiKey, statuses, token, ann, gateway } = await limited();
  const { key } = apiKey({ rateLimit: 1 });
  const other = apiKey({ rateLimit: 1 }).key;
  expect(await statuses(key, 2)).toContain(429);
  expect(await statuses(other, 1)).toEqual([200]);
  expect(new Set(await statuses(await token(ann), 100))).toEqual(new Set([200]));
  expect((await gateway.ask('{ whoami }')).status).toBe(200);
});

test('a new limit is in force with the next request', async () => {
  const { apiKey, putApiKey, statuses } = await limited();
  const { id, key } = apiKey({ rateLimit: 60 });
  expect(count(await statuses(key, 10), 200)).toBe(10);
  putApiKey(id, { rateLimit: 1 });
  expect(await statuses(key, 2)).toContain(429);
});
