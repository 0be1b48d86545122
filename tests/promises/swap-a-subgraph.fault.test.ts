import { spawn } from 'node:child_process';
import { mkdtempSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, onTestFinished, test, vi } from 'vitest';
import { client, freshTenant, sharedSystem, type AskGateway } from '../harness/client.ts';
import type { System } from '../harness/system.ts';

vi.setConfig({ testTimeout: 180_000 });

const ROOT = join(import.meta.dirname, '../..');
const PER_SECOND = 200;
/** A machine that is too slow for the rate makes the test longer, and does not fail it. */
const MOST_WAITING = 100;
const QUERY =
  'query ($first: Int) { viewer { tenant { name } } trackers { name } mentions(first: $first) { nodes { text } } }';
/** So many requests in a row differ, because equal ones would share what is under way. */
const DIFFERENT = 100;

/** A process of ours on free ports, beside those that run; `said` waits for a line of its log. */
function run(script: string, env: Record<string, string>) {
  const child = spawn(process.execPath, [join(ROOT, script)], {
    cwd: ROOT,
    env: { PATH: process.env['PATH'], PORT: '0', INTERNAL_PORT: '0', ...env },
    // Without the channel it would outlive a test run that is killed.
    stdio: ['ignore', 'pipe', 'pipe', 'ipc'],
  });
  const ended = new Promise<number | null>((resolve) => child.on('close', resolve));
  onTestFinished(async () => {
    child.kill('SIGKILL');
    await ended;
  });
  let log = '';
  const lines = new Set<() => void>();
  for (const stream of [child.stdout, child.stderr]) {
    stream?.on('data', (chunk) => {
      log += String(chunk);
      for (const look of lines) look();
    });
  }
  const said = (line: RegExp) =>
    new Promise<string>((resolve, reject) => {
      const look = () => {
        const [, found] = line.exec(log) ?? [];
        if (found !== undefined) resolve(found);
      };
      lines.add(look);
      look();
      void ended.then(() => reject(new Error(`${script} ended: ${log}`)));
    });
  const stop = () => {
    child.kill('SIGTERM');
    return ended;
  };
  return { said, stop };
}

/** One more process of mentions, with all that the running ones have. */
async function mentions({ urls, keys, dataDir }: Omit<System, 'stop'>) {
  const { said, stop } = run('subgraphs/mentions/server.ts', {
    NODE_COMPILE_CACHE: join(dataDir, 'compile-cache'),
    EVENTS_DATABASE_URL: urls.events.app,
    MENTIONS_DATABASE_URL: urls.mentions.app,
    CHORUS_GATEWAY_JWKS: keys.gatewayJwks,
  });
  return { url: `http://127.0.0.1:${await said(/"port":(\d+),"msg":"mentions listens"/)}/graphql`, stop };
}

/** The product's supergraph in a file of its own, in which mentions is where the test says. */
function supergraphFile() {
  const folder = mkdtempSync(join(tmpdir(), 'chorus-swap-'));
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }));
  const text = readFileSync(join(ROOT, 'gateway/supergraph.graphql'), 'utf8');
  const file = join(folder, 'supergraph.graphql');
  const put = (url: string) => {
    writeFileSync(`${file}.new`, text.replace(/(name: "mentions", url: )"[^"]*"/, `$1"${url}"`));
    renameSync(`${file}.new`, file);
  };
  return { file, put };
}

/** A gateway that has no other word than the file of where mentions is. */
async function gatewayOver(file: string, { urls, keys, dataDir, subgraphUrls }: Omit<System, 'stop'>) {
  const [accounts = '', , , , reporting = '', , billing = ''] = subgraphUrls;
  const { said } = run('gateway/server.ts', {
    NODE_COMPILE_CACHE: join(dataDir, 'compile-cache'),
    SUPERGRAPH_FILE: file,
    EVENTS_DATABASE_URL: urls.events.app,
    CHORUS_GATEWAY_KEYS: keys.gatewayKeys,
    CHORUS_API_KEY_PEPPER: keys.apiKeyPepper,
    ACCOUNTS_URL: accounts,
    REPORTING_URL: reporting,
    BILLING_URL: billing,
  });
  return { url: await said(/gateway listening on (http[^"]+)/), said };
}

/** Starts each request when it is due, whether those before are answered or not. */
function load(ask: AskGateway) {
  const answers: Promise<unknown>[] = [];
  let waiting = 0;
  const one = async (): Promise<unknown> => {
    waiting += 1;
    try {
      const { status, body } = await ask(QUERY, { first: 1 + (answers.length % DIFFERENT) });
      return { status, body };
    } catch (failure) {
      return { failure: String(failure) };
    } finally {
      waiting -= 1;
    }
  };
  let due = 0;
  let looked = performance.now();
  const timer = setInterval(() => {
    const now = performance.now();
    due += ((now - looked) / 1000) * PER_SECOND;
    looked = now;
    for (; due >= 1 && waiting < MOST_WAITING; due -= 1) answers.push(one());
    due = Math.min(due, MOST_WAITING);
  }, 5);
  onTestFinished(() => clearInterval(timer));
  /** When so many more have been sent. */
  const goOnFor = async (count: number) => {
    const enough = answers.length + count;
    const look = () => expect(answers.length).toBeGreaterThanOrEqual(enough);
    await vi.waitFor(look, { timeout: 60_000, interval: 5 });
  };
  const end = () => {
    clearInterval(timer);
    return Promise.all(answers);
  };
  return { goOnFor, end };
}

test('mentions moves to another process at another address under 200 requests a second, and none fails', async () => {
  const system = await sharedSystem();
  const { member, tenant, end } = await freshTenant(system);
  const { ask: askProduct, token } = await member('owner');
  await askProduct('mutation { createTracker(input: { name: "Ours", handles: ["ours"] }) { __typename } }');
  const [before, after] = await Promise.all([mentions(system), mentions(system)]);
  const { file, put } = supergraphFile();
  put(before.url);
  const gateway = await gatewayOver(file, system);
  const ask = client(gateway.url, token);
  const right = {
    data: {
      viewer: { tenant: { name: tenant.name } },
      trackers: [{ name: 'Ours' }],
      mentions: { nodes: [] },
    },
  };
  await vi.waitFor(async () => expect((await ask(QUERY)).body).toEqual(right), { timeout: 40_000 });

  const { goOnFor, end: endLoad } = load(ask);
  await goOnFor(PER_SECOND);
  put(after.url);
  await gateway.said(/"msg":"(no request uses the supergraph before any more)"/);
  expect(await before.stop()).toBe(0);
  // From here on only the second process can answer.
  await goOnFor(2 * PER_SECOND);
  const answers = await endLoad();
  expect(answers.length).toBeGreaterThanOrEqual(3 * PER_SECOND);
  const kinds = new Set(answers.map((answer) => JSON.stringify(answer)));
  expect([...kinds]).toEqual([JSON.stringify({ status: 200, body: right })]);
  await end();
});
