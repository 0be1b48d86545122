import { once } from 'node:events';
import { existsSync, statSync } from 'node:fs';
import { createServer } from 'node:net';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test, vi } from 'vitest';
import { client } from '../harness/client.ts';
import {
  alive,
  childrenOf,
  databasePid,
  demoOf,
  newPlace,
  type Place,
  start,
  type Started,
  up,
} from '../harness/installation.ts';

vi.setConfig({ testTimeout: 180_000 });

let place: Place;
let running: Started;

beforeAll(async () => {
  place = await newPlace();
  running = await up(start(place));
});

afterAll(async () => {
  running.supervisor.kill('SIGTERM');
  await running.exit;
  place.remove();
});

const within = <T>(check: () => T | Promise<T>) => vi.waitFor(check, { timeout: 30_000, interval: 50 });

/** What a script with nothing but demo.json can do. */
async function ask(query: string): Promise<unknown> {
  const { gatewayUrl, apiKeys } = demoOf(place);
  const response = await fetch(gatewayUrl, {
    method: 'POST',
    headers: { 'content-type': 'application/json', authorization: `Bearer ${apiKeys[0]?.key}` },
    body: JSON.stringify({ query }),
  });
  const { data } = (await response.json()) as { data?: unknown };
  return data;
}

async function viewerToken(): Promise<string> {
  const { gatewayUrl, password } = demoOf(place);
  const { body } = await client(gatewayUrl)(
    'mutation ($input: SignInInput!) { signIn(input: $input) { ... on Session { accessToken } } }',
    { input: { email: 'viewer@acme.test', password, tenant: 'acme' } },
  );
  return body.data.signIn.accessToken;
}

const everySubgraph = '{ tenant { name subscription { plan { name } } } trackers { name volume { count } } }';

async function answersEverything() {
  expect(await ask(everySubgraph)).toMatchObject({
    tenant: { name: 'Acme Airways', subscription: { plan: { name: expect.any(String) } } },
    trackers: expect.arrayContaining([expect.objectContaining({ name: expect.any(String) })]),
  });
}

test('the printed curl line answers at once, and demo.json is for its owner only', async () => {
  const line =
    running
      .output()
      .split('\n')
      .find((text) => text.startsWith('curl')) ?? '';
  const [, key] = /Bearer (\S+)'/.exec(line) ?? [];
  const [, body] = /-d '(.*)'$/.exec(line) ?? [];
  const response = await fetch(demoOf(place).gatewayUrl, {
    method: 'POST',
    headers: { 'content-type': 'application/json', authorization: `Bearer ${key}` },
    body: body ?? '',
  });
  const answer = (await response.json()) as { errors?: unknown };
  expect(answer.errors).toBeUndefined();
  expect(statSync(join(place.dataDir, 'demo.json')).mode & 0o777).toBe(0o600);
});

test('no three seconds of a start pass without a line', () => {
  const times = [...running.output().matchAll(/^\[ *(\d+\.\d)s\]/gm)].map(([, seconds]) => Number(seconds));
  const gaps = times.slice(1).map((time, index) => time - (times[index] ?? 0));
  expect(Math.max(...gaps)).toBeLessThan(3);
});

test('whatever process is killed comes back, and everything answers again', async () => {
  await within(answersEverything);
  const before = childrenOf(place);
  expect(before.size).toBe(8);
  for (const pid of before.values()) process.kill(pid, 'SIGKILL');
  await within(() => {
    const now = childrenOf(place);
    expect([...before].filter(([name, pid]) => now.get(name) === pid || !now.has(name))).toEqual([]);
  });
  await within(answersEverything);
});

test('a killed database server comes back on its port, and everything answers again', async () => {
  const before = databasePid(place);
  process.kill(before, 'SIGKILL');
  await within(() => expect(databasePid(place)).not.toBe(before));
  await within(answersEverything);
});

test('a second start in the same folder is refused and harms nothing', async () => {
  const second = start(place);
  expect(await second.exit).toBe(1);
  expect(second.output().trim().split('\n').at(-1)).toMatch(/^Chorus is already running from /);
  await within(answersEverything);
});

test('a killed supervisor leaves no process but the database, which the next start adopts, and tokens stay good', async () => {
  const [children, database] = [childrenOf(place), databasePid(place)];
  // Whoever just started twice on a small machine may have kept the bus waiting.
  const token = await within(viewerToken);
  running.supervisor.kill('SIGKILL');
  await running.exit;
  await within(() => expect(alive(children.values())).toEqual([]));
  expect(alive([database])).toEqual([database]);
  running = await up(start(place));
  expect(running.output()).toContain('found running');
  await within(answersEverything);
  const { body } = await client(demoOf(place).gatewayUrl, token)('{ viewer { email } }');
  expect(body).toEqual({ data: { viewer: { email: 'viewer@acme.test' } } });
});

test('SIGTERM ends everything, with exit code 0', async () => {
  const [children, database] = [childrenOf(place), databasePid(place)];
  running.supervisor.kill('SIGTERM');
  expect(await running.exit).toBe(0);
  expect(alive([...children.values(), database])).toEqual([]);
  expect(existsSync(join(place.dataDir, 'pg18/postmaster.pid'))).toBe(false);
});

test('a port in use ends the start before anything runs', async () => {
  const occupied = createServer().listen(place.port + 4, '127.0.0.1');
  await once(occupied, 'listening');
  const refused = start(place);
  expect(await refused.exit).toBe(1);
  expect(refused.output().trim()).toMatch(/^Port \d+ \(billing\) is already in use: .*$/);
  occupied.close();
});

test('production refuses the demo data it finds', async () => {
  const refused = start(place, { NODE_ENV: 'production' });
  expect(await refused.exit).toBe(78);
  expect(refused.output()).toContain('NODE_ENV=production refuses the demo data');
});

test('a second Ctrl-C, even before everything is up, kills at once and leaves nothing', async () => {
  running = start(place);
  await within(() => expect(running.output()).toContain('services: starting'));
  await within(() => expect(childrenOf(place).size).toBe(8));
  const [children, database] = [childrenOf(place), databasePid(place)];
  running.supervisor.kill('SIGINT');
  await within(() => expect(running.output()).toContain('stopping'));
  await within(() => {
    running.supervisor.kill('SIGINT');
    expect(alive([...children.values(), database])).toEqual([]);
  });
  await running.exit;
});
