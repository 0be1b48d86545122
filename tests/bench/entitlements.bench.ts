import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { startEmbedded } from '@chorus/db/embedded.ts';
import { withConnection } from '@chorus/db/one-connection.ts';
import { postgresEventBus } from '@chorus/shared/event-bus-postgres.ts';
import type { Allowance, EventBus } from '@chorus/shared/event-bus.ts';
import { newId } from '@chorus/shared/id.ts';
import { createLog } from '@chorus/shared/log.ts';
import { leases, type Leases } from '../../gateway/quota/leases.ts';
import { micros, percentile, table } from './table.ts';

const TENANTS = 1_000;
const DECISIONS = 200_000;
const ASKED_EACH = 2_000;
const WANTED_US = 20;
const LIMIT = 1_000_000;

const TABLE = `create table allowance (tenant_id uuid, meter text, period text, used bigint not null, taken bigint not null,
  primary key (tenant_id, meter, period))`;

interface Figures {
  p50: number;
  p99: number;
  /** Of all together. */
  mean: number;
}

async function timed(times: number, decide: (index: number) => boolean | Promise<boolean>): Promise<Figures> {
  const samples: number[] = [];
  const began = performance.now();
  for (let index = 0; index < times; index += 1) {
    const before = performance.now();
    const may = decide(index);
    if (may !== true && !(await may)) throw new Error('refused before the limit');
    samples.push(performance.now() - before);
  }
  const mean = (performance.now() - began) / times;
  return { p50: percentile(samples, 0.5), p99: percentile(samples, 0.99), mean };
}

/** How many of many at once pass through several gateways, of a limit. */
async function passed(gateways: readonly Leases[], of: Allowance, times: number): Promise<number> {
  const may = await Promise.all(
    Array.from({ length: times }, async (_, index) => gateways[index % gateways.length]?.spend(of, 1)),
  );
  return may.filter((one) => one === true).length;
}

const allowances = (limit: number): Allowance[] =>
  Array.from({ length: TENANTS }, () => ({
    tenantId: newId(),
    meter: 'operations',
    period: '2026-11',
    limit,
  }));

async function speed(bus: EventBus): Promise<string> {
  const all = allowances(LIMIT);
  const gateway = leases(bus, createLog('bench', 'silent'));
  const of = (index: number) => all[index % TENANTS] as Allowance;
  await timed(TENANTS * 2, (index) => gateway.spend(of(index), 1));
  const held = await timed(DECISIONS, (index) => gateway.spend(of(index), 1));
  const asked = await timed(ASKED_EACH, async (index) => (await bus.take(of(index), 1)) === 1);
  await gateway.stop();
  const row = (name: string, { p50, p99, mean }: Figures) => [
    name,
    ...[p50, p99, mean].map(micros),
    `${(asked.mean / mean).toFixed(0)}x`,
  ];
  const judged = held.p99 * 1_000 < WANTED_US ? 'reached' : '**missed**';
  return `${table([
    ['one decision', 'p50', 'p99', 'mean', 'less time'],
    row('from what the gateway has taken', held),
    row('asking the database for each', asked),
  ])}\n\nwanted: under ${WANTED_US} us, ${judged}`;
}

async function exactness(bus: EventBus): Promise<string> {
  const rows = [];
  for (const count of [1, 2, 4, 8]) {
    const gateways = Array.from({ length: count }, () => leases(bus, createLog('bench', 'silent')));
    const [of] = allowances(10_000) as [Allowance];
    const sum = await passed(gateways, of, 30_000);
    rows.push([
      count,
      of.limit,
      sum,
      Math.max(0, sum - of.limit),
      `${of.limit - sum} of at most ${count * 100}`,
    ]);
  }
  return table([['gateways', 'limit', 'passed of 30,000', 'too many', 'left with gateways'], ...rows]);
}

/** What it costs to hold a limit, and how exactly gateways hold it together. */
export async function run(): Promise<string> {
  const dataDir = mkdtempSync(join(tmpdir(), 'chorus-bench-'));
  const server = await startEmbedded({ dataDir });
  await withConnection(server.adminUrl, (sql) => sql.unsafe(TABLE));
  const bus = postgresEventBus(server.adminUrl);
  try {
    return `${await speed(bus)}\n\n${await exactness(bus)}`;
  } finally {
    await bus.close();
    await server.stop();
    rmSync(dataDir, { recursive: true, force: true });
  }
}
