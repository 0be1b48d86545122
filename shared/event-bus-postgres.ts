import postgres from 'postgres';
import type { Allowance, BusEvent, BusListener, BusRecord, EventBus, NewEvent } from './event-bus.ts';

const HEARTBEAT_MS = 500;
/** Waiting longer with every failure, as the driver would, leaves everybody deaf long after the server is back. */
const RECONNECT_S = 0.5;

/** The EventBus on the `events` database: tables for state, LISTEN and NOTIFY for speed. */
export function postgresEventBus(url: string, options: { max?: number } = {}): EventBus {
  const sql = postgres(url, {
    max: options.max ?? 4,
    connect_timeout: 5,
    backoff: () => RECONNECT_S,
    onnotice: () => undefined,
    connection: { application_name: 'chorus-bus', statement_timeout: 10_000 },
  });
  return {
    append: (source, events) => append(sql, source, events),
    read: (source, sequence, limit, types) => readEvents(sql, { source, sequence, limit, types }),
    positions: () => positions(sql),
    advance: async (consumer, source, sequence) => {
      await sql`insert into consumer_cursor (consumer, source, sequence) values (${consumer}, ${source}, ${sequence})
        on conflict (consumer, source) do update set sequence = greatest(consumer_cursor.sequence, excluded.sequence)`;
    },
    putRecord: (record) => putRecord(sql, record),
    record: async (kind, tenantId) => {
      const [row] = await sql<{ version: string; body: unknown }[]>`
        select version, body from record where kind = ${kind} and tenant_id = ${tenantId}`;
      return row === undefined ? undefined : { kind, tenantId, version: Number(row.version), body: row.body };
    },
    take: (allowance, amount) => take(sql, allowance, amount),
    giveBack: async ({ tenantId, meter, period }, amount) => {
      await sql`update allowance set used = greatest(0, used - ${amount}::bigint)
        where tenant_id = ${tenantId} and meter = ${meter} and period = ${period}`;
    },
    listen: (listener) => listen(sql, listener),
    close: () => sql.end({ timeout: 2 }),
  };
}

/** Those who append to one source wait for each other, so that numbers neither collide nor appear out of order. */
async function append(sql: postgres.Sql, source: string, events: readonly NewEvent[]): Promise<void> {
  if (events.length === 0) return;
  const rows = JSON.stringify(events);
  await sql.begin((tx) => [
    tx`select pg_advisory_xact_lock(hashtextextended(${`append ${source}`}, 0))`,
    tx`insert into event (source, sequence, id, type, tenant_id, time, data)
      select ${source}, (select coalesce(max(sequence), 0) from event where source = ${source}) + row_number() over (order by e.ordinal),
             e.id, e.type, e."tenantId", e.time, e.data
      from rows from (json_to_recordset(${rows}::text::json)
        as (id uuid, type text, "tenantId" uuid, time timestamptz, data jsonb)) with ordinality
        as e (id, type, "tenantId", time, data, ordinal)
      where not exists (select 1 from event known where known.source = ${source} and known.id = e.id)`,
    tx`select pg_notify('chorus_events', ${source})`,
  ]);
}

interface Reading {
  source: string;
  sequence: number;
  limit: number;
  types: readonly string[] | undefined;
}

async function readEvents(sql: postgres.Sql, { source, sequence, limit, types }: Reading) {
  const rows = await sql<(Omit<BusEvent, 'sequence' | 'time'> & { sequence: string; time: Date })[]>`
    select source, sequence, id, type, tenant_id as "tenantId", time, data from event
    where source = ${source} and sequence > ${sequence} ${types === undefined ? sql`` : sql`and type = any(${types})`}
    order by sequence limit ${limit}`;
  return rows.map((row) => ({ ...row, sequence: Number(row.sequence), time: row.time.toISOString() }));
}

/** From source to source by the index, since there are few of them and many events. */
async function positions(sql: postgres.Sql): Promise<ReadonlyMap<string, number>> {
  const rows = await sql<{ source: string; sequence: string }[]>`
    with recursive known (source) as (
      select min(source) from event
      union all
      select (select min(event.source) from event where event.source > known.source) from known
      where known.source is not null)
    select source, (select max(sequence) from event where event.source = known.source) as sequence
    from known where source is not null`;
  return new Map(rows.map(({ source, sequence }) => [source, Number(sequence)]));
}

async function putRecord(sql: postgres.Sql, { kind, tenantId, version, body }: BusRecord): Promise<void> {
  await sql.begin((tx) => [
    tx`insert into record (kind, tenant_id, version, body)
      values (${kind}, ${tenantId}, ${version}, ${JSON.stringify(body)}::text::jsonb)
      on conflict (kind, tenant_id) do update set version = excluded.version, body = excluded.body
      where record.version < excluded.version`,
    tx`select pg_notify('chorus_records', ${`${kind} ${tenantId}`})`,
  ]);
}

/** The row decides who is first; those of periods that are over go with the first one that begins. */
async function take(
  sql: postgres.Sql,
  { tenantId, meter, period, limit }: Allowance,
  amount: number,
): Promise<number> {
  const [row] = await sql<{ taken: string }[]>`
    with over as (
      delete from allowance where tenant_id = ${tenantId} and meter = ${meter} and period < ${period})
    insert into allowance as held (tenant_id, meter, period, used, taken)
    values (${tenantId}, ${meter}, ${period}, least(${amount}::bigint, ${limit}::bigint), least(${amount}::bigint, ${limit}::bigint))
    on conflict (tenant_id, meter, period) do update set
      used = held.used + greatest(0, least(${amount}::bigint, ${limit}::bigint - held.used)),
      taken = greatest(0, least(${amount}::bigint, ${limit}::bigint - held.used))
    returning taken`;
  return Number(row?.taken ?? 0);
}

/** Heartbeats travel through the listening connection itself: one that arrives proves that notifications do. */
async function listen(sql: postgres.Sql, listener: BusListener): Promise<() => Promise<void>> {
  const beat = `chorus_beat_${crypto.randomUUID().replaceAll('-', '')}`;
  let listening = false;
  const onListening = () => {
    if (listening) listener.onReconnect?.();
    listening = true;
  };
  const subscriptions = [
    await sql.listen('chorus_records', (payload) => {
      const [kind = '', tenantId = ''] = payload.split(' ');
      listener.onRecord?.(kind, tenantId);
    }),
    await sql.listen('chorus_events', (source) => listener.onEvents?.(source)),
    await sql.listen(beat, () => listener.onHeartbeat?.(), onListening),
  ];
  const send = () => void sql.notify(beat, '').catch(() => undefined);
  const timer = setInterval(send, HEARTBEAT_MS);
  send();
  return async () => {
    clearInterval(timer);
    await Promise.allSettled(subscriptions.map((subscription) => subscription.unlisten()));
  };
}
