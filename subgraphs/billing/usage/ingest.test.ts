import { newId } from '@chorus/shared/id.ts';
import { INVALIDATED } from '@chorus/shared/invalidation.ts';
import { outbox } from '@chorus/db/outbox.table.ts';
import { inProcess } from '@chorus/tests/harness/subgraph.ts';
import { eq, sql } from 'drizzle-orm';
import { expect, test } from 'vitest';
import { features } from '../features.ts';
import { WITH_USAGE } from '../outdated.ts';
import { rebuildUsage } from './ingest.service.ts';
import { event, operation, tenantUsage } from './testing.ts';
import { usageEvent } from './usage.table.ts';

async function billing() {
  const subgraph = await inProcess('billing', features, undefined);
  return { ...subgraph, ...tenantUsage(subgraph.worker) };
}

const day = (text: string) => new Date(`${text}T12:00:00Z`);

test('each meter makes of its events what its aggregation says, exactly', async () => {
  const { ingest, totals } = await billing();
  const [ann, bob, robot] = [newId(), newId(), newId()];
  await ingest([
    operation(2.1, 'member', ann),
    operation(0.2, 'member', ann),
    operation(0, 'member', bob),
    operation(5, 'key', robot),
    event({ type: 'trackers.counted', data: { count: 7 } }),
    event({ type: 'trackers.counted', data: { count: '12' } }),
    event({ type: 'trackers.counted', data: { count: 3 } }),
    event({ type: 'media.analysed', data: { minutes: '123456789012.000001' } }),
    event({ type: 'media.analysed', data: { minutes: 0.1 } }),
    event({ type: 'nobody.counts', data: { rows: 5 } }),
  ]);
  expect(await totals()).toEqual({
    operations: '7.3',
    api_calls: '1',
    active_members: '2',
    peak_trackers: '12',
    analysed_minutes: '123456789012.100001',
  });
});

test('a subject counts once, in a batch, in another one, and over several days', async () => {
  const { ingest, readings } = await billing();
  const sent = (subject: string, on: string) => event({ type: 'notification.sent', subject, time: day(on) });
  await ingest([sent('ann', '2026-05-01'), sent('ann', '2026-05-01'), sent('bob', '2026-05-01')]);
  await ingest([sent('ann', '2026-05-01'), sent('ann', '2026-05-02')]);
  const people = (await readings()).filter(({ meter }) => meter === 'notified_people');
  expect(people).toEqual([
    { meter: 'notified_people', day: '2026-05-01', quantity: '2', events: 4 },
    { meter: 'notified_people', day: '2026-05-02', quantity: '1', events: 1 },
    { meter: 'notified_people', day: null, quantity: '2', events: 5 },
  ]);
});

test('an event counts once, within a batch, again, and in two batches at once', async () => {
  const { ingest, totals } = await billing();
  const events = Array.from({ length: 300 }, (_, n) => event({ id: String(n) }));
  const stored = await Promise.all([
    ingest([...events, ...events]),
    ingest(events.toReversed()),
    ingest(events.slice(100)),
  ]);
  expect(stored.reduce((sum, { size }) => sum + size, 0)).toBe(300);
  expect((await ingest(events)).size).toBe(0);
  expect(await totals()).toEqual({ exported_rows: '300' });
});

test('of events of one name the first is the one that counts', async () => {
  const { ingest, totals } = await billing();
  await ingest([event({ id: 'a', data: { rows: 5 } }), event({ id: 'a', data: { rows: 900 } })]);
  await ingest([event({ id: 'a', data: { rows: 70 } }), event({ id: 'a', source: 'another' })]);
  expect(await totals()).toEqual({ exported_rows: '6' });
});

test('late events count on their day while its period lasts, and on the first day of the next after it', async () => {
  const { ingest, readings, subscribe } = await billing();
  await subscribe(day('2026-05-10'));
  const stored = await ingest([
    event({ id: 'before', time: day('2026-05-09'), data: { rows: 100 } }),
    event({ id: 'within', time: day('2026-05-11') }),
    event({ id: 'first', time: day('2026-05-10') }),
  ]);
  const late = [...stored.values()].filter((one) => one.late).map(({ id }) => id);
  expect(late).toEqual(['before']);
  expect((await readings()).map(({ day: on, quantity }) => [on, quantity])).toEqual([
    ['2026-05-10', '101'],
    ['2026-05-11', '1'],
    [null, '102'],
  ]);
});

test('counting again gives what was counted, and finds what was lost', async () => {
  const { ingest, readings, worker, tenantId } = await billing();
  await ingest([
    event({ time: day('2026-05-10') }),
    event({ time: day('2026-05-12') }),
    operation(3, 'key', 'k'),
  ]);
  const before = await readings();
  const db = worker.statements(tenantId);
  await db.execute(sql`update usage_day set value = value + 1, events = 99 where tenant_id = ${tenantId}`);
  expect(await readings()).not.toEqual(before);
  const range = { from: '2026-05-09', to: '2026-05-12' };
  expect(await rebuildUsage(worker, tenantId, range)).toBe(2);
  const today = new Date().toISOString().slice(0, 10);
  expect(await rebuildUsage(worker, tenantId, { from: today, to: today })).toBe(1);
  expect(await readings()).toEqual(before);
});

test('counting again while events come in loses nothing and doubles nothing', async () => {
  const { ingest, totals, worker, tenantId } = await billing();
  const range = { from: '2026-05-10', to: '2026-05-10' };
  const time = day('2026-05-10');
  const batches = Array.from({ length: 12 }, () => Array.from({ length: 20 }, () => event({ time })));
  await Promise.all(batches.flatMap((batch) => [ingest(batch), rebuildUsage(worker, tenantId, range)]));
  expect(await totals()).toEqual({ exported_rows: '240' });
});

test('the gateways are told once a batch, and not of what changes nothing', async () => {
  const { ingest, worker, tenantId } = await billing();
  const events = [event(), event()];
  await ingest(events);
  await ingest(events);
  await ingest([]);
  const told = await worker
    .statements(tenantId)
    .select({ type: outbox.type, data: outbox.data })
    .from(outbox)
    .where(eq(outbox.tenantId, tenantId));
  expect(told).toEqual([{ type: INVALIDATED, data: WITH_USAGE }]);
});

test.each(['app', 'worker'] as const)('the %s role can neither change nor delete an event', async (role) => {
  const { ingest, worker, database, tenantId } = await billing();
  await ingest([event()]);
  const db = (role === 'app' ? database : worker).statements(tenantId);
  const denied = { cause: { code: '42501' } };
  await expect(db.execute(sql`update usage_event set data = '{}'`)).rejects.toMatchObject(denied);
  await expect(db.execute(sql`delete from usage_event`)).rejects.toMatchObject(denied);
});

test('without any rule of ours, row-level security alone keeps usage to its tenant', async () => {
  const { ingest, database, tenantId } = await billing();
  await ingest([event(), operation(1, 'member', 'ann')]);
  const seen = async (bound: string) => {
    const db = database.statements(bound);
    const tables = ['usage_event', 'usage_day', 'usage_unique'].map((table) => sql.identifier(table));
    const counts = tables.map((table) =>
      db.execute<{ n: number }>(sql`select count(*)::int as n from ${table}`),
    );
    return (await Promise.all(counts)).map(([row]) => row?.n);
  };
  expect(await seen(tenantId)).toEqual([2, 3, 1]);
  expect(await seen(newId())).toEqual([0, 0, 0]);
  const other = database.statements(newId());
  const forged = { ...event(), tenantId, bookedDay: '2026-05-01', late: false };
  await expect(other.insert(usageEvent).values(forged)).rejects.toMatchObject({ cause: { code: '42501' } });
});
