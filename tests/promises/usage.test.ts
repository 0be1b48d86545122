import { expect, onTestFinished, test, vi } from 'vitest';
import { client, freshTenant, sharedSystem, type AskGateway } from '../harness/client.ts';

const CREATE_KEY = `mutation ($input: CreateApiKeyInput!) {
  createApiKey(input: $input) { ... on ApiKeyCreated { key } }
}`;
const USAGE = `query ($day: Date!, $next: Date!, $meters: [String!]) {
  usage(from: $day, to: $next, meters: $meters) { meter total }
}`;

/** Machines can be slow; what is told arrives within a second otherwise. */
const SOON = { timeout: 20_000, interval: 100 };

/** A tenant's owner and a program with a key that may record usage. */
async function metered() {
  const system = await sharedSystem();
  const { member, end } = await freshTenant(system);
  onTestFinished(end);
  const owner = await member('owner', { mfa: true });
  const { body } = await owner.ask(CREATE_KEY, {
    input: { name: 'Meter', scopes: ['usage.record', 'trackers.read'] },
  });
  const key: string = body.data.createApiKey.key;
  const program = client(system.gatewayUrl, key);
  await vi.waitFor(async () => expect((await program('{ trackers { id } }')).status).toBe(200), SOON);
  const send = async (events: unknown, token = key) => {
    const response = await fetch(new URL('/usage/events', system.gatewayUrl), {
      method: 'POST',
      headers: {
        'content-type': 'application/cloudevents-batch+json',
        authorization: `Bearer ${token}`,
      },
      body: JSON.stringify(events),
    });
    return { status: response.status, body: (await response.json()) as Record<string, unknown> };
  };
  return { owner, program, send };
}

/** Totals of today, and of tomorrow for tests that run at midnight. */
async function totals(ask: AskGateway, meters: string[]): Promise<Record<string, string>> {
  const day = (ms: number) => new Date(ms).toISOString().slice(0, 10);
  const { body } = await ask(USAGE, {
    day: day(Date.now() - 86_400_000),
    next: day(Date.now() + 86_400_000),
    meters,
  });
  const found = body.data.usage as { meter: string; total: string }[];
  return Object.fromEntries(found.map(({ meter, total }) => [meter, total]));
}

test('a program sends events with its key, each counts once, and the owner sees what they come to', async () => {
  const { owner, send } = await metered();
  expect(await totals(owner.ask, ['exported_rows'])).toEqual({ exported_rows: '0' });
  const event = (id: string, rows: unknown) => ({
    specversion: '1.0',
    id,
    source: 'exporter',
    type: 'export.finished',
    data: { rows },
  });
  const first = await send([event('1', 40), event('2', 2), event('3', 0)]);
  expect(first).toMatchObject({ status: 200, body: { recorded: 2 } });
  expect(first.body['events']).toMatchObject([
    { problem: null },
    { problem: null },
    { problem: { reason: 'QUANTITY_REFUSED' } },
  ]);
  expect((await send([event('1', 40), event('2', 2)])).body).toMatchObject({ recorded: 0 });
  await vi.waitFor(async () => {
    expect(await totals(owner.ask, ['exported_rows'])).toEqual({ exported_rows: '42' });
  }, SOON);
  expect(await send([event('4', 1)], 'no-key')).toMatchObject({ status: 401 });
});

test('operations that the gateway ran are in the usage of their tenant soon after', async () => {
  const { owner, program } = await metered();
  const before = await totals(owner.ask, ['api_calls', 'operations']);
  for (let call = 0; call < 5; call += 1) await program('{ trackers { id } }');
  await vi.waitFor(async () => {
    const { api_calls: calls, active_members: members } = await totals(owner.ask, [
      'api_calls',
      'active_members',
    ]);
    expect([Number(calls) >= Number(before['api_calls']) + 5, members]).toEqual([true, '1']);
  }, SOON);
  const after = await totals(owner.ask, ['operations']);
  expect(Number(after['operations'])).toBeGreaterThan(Number(before['operations']));
});
