import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { performance } from 'node:perf_hooks';
import { sql } from 'drizzle-orm';
import { drizzle } from 'drizzle-orm/postgres-js';
import { Context } from '@chorus/db/context.ts';
import { Database } from '@chorus/db/database.ts';
import { startEmbedded } from '@chorus/db/embedded.ts';
import { newId } from '@chorus/shared/id.ts';
import { ANONYMOUS } from '@chorus/shared/identity.ts';
import { micros, percentile, table } from './table.ts';

const ROUNDS = 6;
const CALLS = 400;
const ONE = sql`select 1 as one`;

type Candidate = { name: string; call: () => Promise<unknown>; samples: number[] };

/** What row-level security costs per read: the pipelined statement against the usual transaction and none at all. */
export async function run(): Promise<string> {
  const dataDir = mkdtempSync(join(tmpdir(), 'chorus-bench-'));
  const server = await startEmbedded({ dataDir });
  const database = new Database(server.adminUrl, { max: 8 });
  try {
    const candidates = candidatesOn(database);
    for (const { call } of candidates) await repeat(50, call);
    for (let round = 0; round < ROUNDS; round += 1) {
      for (const { call, samples } of candidates) samples.push(...(await repeat(CALLS, call)));
    }
    const [base] = candidates.map(({ samples }) => percentile(samples, 0.5));
    return table([
      ['one read', 'p50', 'p99', 'ratio to no tenant setting'],
      ...candidates.map(({ name, samples }) => {
        const p50 = percentile(samples, 0.5);
        return [name, micros(p50), micros(percentile(samples, 0.99)), (p50 / (base ?? 1)).toFixed(2)];
      }),
    ]);
  } finally {
    await database.end();
    await server.stop();
    rmSync(dataDir, { recursive: true, force: true });
  }
}

function candidatesOn(database: Database): Candidate[] {
  const tenantId = newId();
  const plain = drizzle(database.pool.sql);
  const context = () =>
    new Context(
      database,
      {
        identity: { ...ANONYMOUS, kind: 'member', tenantId },
        requestId: newId(),
        setHeader: () => undefined,
      },
      undefined,
    );
  const candidate = (name: string, call: () => Promise<unknown>): Candidate => ({ name, call, samples: [] });
  return [
    candidate('drizzle, no tenant setting', () => plain.execute(ONE)),
    candidate('ctx.db (pipelined begin, setting, query, commit)', () => context().db.execute(ONE)),
    candidate('drizzle transaction with set_config', () =>
      plain.transaction(async (transaction) => {
        await transaction.execute(sql`select set_config('app.tenant_id', ${tenantId}, true)`);
        return transaction.execute(ONE);
      }),
    ),
    candidate('ctx.load, 4 batch functions in one flight', () => {
      const ctx = context();
      const batches = [1, 2, 3, 4].map(
        () => (scope: { db: { execute: (q: typeof ONE) => Promise<unknown> } }) =>
          scope.db.execute(ONE).then(() => new Map<string, string>()),
      );
      return Promise.all(batches.map((batch) => ctx.load(batch, 'id')));
    }),
  ];
}

async function repeat(times: number, call: () => Promise<unknown>): Promise<number[]> {
  const samples: number[] = [];
  for (let index = 0; index < times; index += 1) {
    const start = performance.now();
    await call();
    samples.push(performance.now() - start);
  }
  return samples;
}
