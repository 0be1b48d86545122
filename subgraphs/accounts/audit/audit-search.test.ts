import { withConnection } from '@chorus/db/one-connection.ts';
import { newId } from '@chorus/shared/id.ts';
import { makeSigningKey } from '@chorus/tests/harness/keys.ts';
import { inProcess } from '@chorus/tests/harness/subgraph.ts';
import { sql } from 'drizzle-orm';
import { expect, test } from 'vitest';
import { features } from '../features.ts';
import { testServices } from '../testing.ts';
import { listAuditEvents, type AuditFilter } from './audit.queries.ts';

const EVENTS = 6_000;

/** A long log, made by the owner of the database: most of it the everyday doings of many, beside others as long. */
async function longLog() {
  const subgraph = await inProcess('accounts', features, testServices(await makeSigningKey()));
  const [tenantId, actor, target] = [newId(), newId(), newId()];
  await withConnection(subgraph.urls.owner, async (owner) => {
    for (const whose of [tenantId, newId(), newId()])
      await owner`
        insert into audit_event (tenant_id, sequence, id, time, action, actor, targets, context, previous_hash, hash)
        select ${whose}, n, gen_random_uuid(), timestamptz '2026-01-01 00:00Z' + n * interval '1 minute',
          case when n % 2000 = 7 then 'role.deleted' when n % 2000 = 8 then 'role.created' else 'session.started' end,
          jsonb_build_object('kind', 'member', 'id', case when n % 2000 = 9 then ${actor} else md5((n % 500)::text) end),
          jsonb_build_array(jsonb_build_object('kind', 'session', 'id',
            case when n % 2000 = 10 then ${target} else md5(n::text) end)),
          '{"requestId": "r"}', '', ''
        from generate_series(1, ${EVENTS}::int) n`;
    await owner`analyze audit_event`;
  });
  const found = async (filter: AuditFilter, limit = 20) => {
    const scope = { db: subgraph.database.statements(tenantId), tenantId };
    return (await listAuditEvents(scope, filter, { limit, before: undefined })).map(
      ({ sequence }) => sequence,
    );
  };
  /** The plan of the statement that finds the events, as the function of the owner runs it. */
  const plan = (filter: object) =>
    withConnection(subgraph.urls.owner, async (owner) => {
      const [search] = await owner<{ text: string }[]>`
        select audit_search(${JSON.stringify(filter)}::text::jsonb) as text`;
      await owner.unsafe(`prepare searching (uuid, jsonb, bigint, int) as ${search?.text}`);
      const json = JSON.stringify(filter).replaceAll("'", "''");
      const rows = await owner.unsafe<{ 'QUERY PLAN': string }[]>(
        `explain execute searching ('${tenantId}', '${json}', 1000000, 21)`,
      );
      return rows.map((row) => row['QUERY PLAN']).join('\n');
    });
  return { ...subgraph, tenantId, actor, target, found, plan };
}

test('each condition finds its events through its index, however long the log is', async () => {
  const { actor, target, found, plan } = await longLog();
  const hour = { from: new Date('2026-01-02T00:00:00Z'), to: new Date('2026-01-02T00:03:00Z') };
  const searches = [
    [{ action: 'role.deleted' }, 'audit_event_by_action', [4007, 2007, 7]],
    [{ actions: ['role.'] }, 'audit_event_by_action', [4008, 4007, 2008, 2007, 8, 7]],
    [{ actions: ['role.created', 'role.'] }, 'audit_event_by_action', [4008, 4007, 2008, 2007, 8, 7]],
    [{ actor }, 'audit_event_by_actor', [4009, 2009, 9]],
    [{ target }, 'audit_event_by_target', [4010, 2010, 10]],
    [hour, 'audit_event_by_time', [1442, 1441, 1440]],
  ] as const;
  for (const [filter, index, sequences] of searches) {
    expect(await found(filter)).toEqual(sequences);
    const text = await plan(filter);
    expect(text).toContain(index);
    expect(text).not.toContain('Seq Scan');
  }
});

test('without conditions, or with one that most events meet, the newest are read from the end', async () => {
  const { found, plan } = await longLog();
  expect(await found({}, 3)).toEqual([EVENTS, EVENTS - 1, EVENTS - 2]);
  expect(await found({ actions: ['session.'] }, 2)).toEqual([EVENTS, EVENTS - 1]);
  expect(await plan({})).toContain('Index Only Scan Backward using audit_event_tenant_id_sequence_pk');
});

test('the events found are read by their numbers', async () => {
  const { database, tenantId } = await longLog();
  const rows = await database.statements(tenantId).execute<{ 'QUERY PLAN': string }>(sql`
    explain select * from audit_event where tenant_id = ${sql.raw(`'${tenantId}'`)}
    and sequence = any (array(select find_audit_events(${sql.raw(`'${tenantId}'`)}, '{}', 99999, 21)))
    order by sequence desc`);
  const text = rows.map((row) => row['QUERY PLAN']).join('\n');
  expect(text).toContain('audit_event_tenant_id_sequence_pk');
  expect(text).not.toContain('Seq Scan');
});

test('actions that are not asked for by prefix are met exactly', async () => {
  const { found, plan } = await longLog();
  expect(await found({ actions: ['role', 'role.deleted'] })).toEqual([4007, 2007, 7]);
  expect(await found({ actions: ["' or true --", '%'] })).toEqual([]);
  expect(await plan({ actions: ["' or true --"] })).not.toContain('true');
});

test('the search serves nobody but the tenant of the transaction', async () => {
  const { database } = await inProcess('accounts', features, testServices(await makeSigningKey()));
  const search = sql`select find_audit_events(${newId()}::uuid, '{}', 9, 9)`;
  await expect(database.statements(newId()).execute(search)).rejects.toMatchObject({
    cause: { message: 'an audit log is read in a transaction of its tenant' },
  });
});
