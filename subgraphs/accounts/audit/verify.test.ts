import { transactionOf } from '@chorus/db/context.ts';
import { withConnection } from '@chorus/db/one-connection.ts';
import { newId } from '@chorus/shared/id.ts';
import { makeSigningKey } from '@chorus/tests/harness/keys.ts';
import { inProcess } from '@chorus/tests/harness/subgraph.ts';
import { assert, asyncProperty, constantFrom, integer } from 'fast-check';
import type { Sql } from 'postgres';
import { expect, test } from 'vitest';
import { features } from '../features.ts';
import { testServices } from '../testing.ts';
import { appendAuditEvent } from './audit.queries.ts';
import { verifyChain } from './verify.service.ts';

const EVENTS = 12;

/** Logs, and somebody who reaches them as the owner of the database. */
async function accounts() {
  const { database, worker, urls } = await inProcess(
    'accounts',
    features,
    testServices(await makeSigningKey()),
  );
  const log = async (events = EVENTS) => {
    const tenantId = newId();
    await transactionOf(database, tenantId, async (transaction) => {
      for (let number = 1; number <= events; number += 1)
        await appendAuditEvent(transaction, {
          id: newId(),
          action: 'test',
          actor: { kind: 'member', id: newId() },
          targets: [],
          context: { requestId: newId() },
          ...(number % 2 === 0 ? {} : { after: { number } }),
        });
    });
    return tenantId;
  };
  const verify = (tenantId: string, most?: number) =>
    verifyChain({ db: worker.statements(tenantId), tenantId }, undefined, most);
  const asOwner = <T>(work: (sql: Sql) => Promise<T>) => withConnection(urls.owner, work);
  return { log, verify, asOwner, worker };
}

type Tampering = (sql: Sql, tenant: string, at: number) => Promise<unknown>;

const alter =
  (change: string): Tampering =>
  (sql, tenant, at) =>
    sql.unsafe(`update audit_event set ${change} where tenant_id = '${tenant}' and sequence = ${at}`);

/** Whatever an owner can do to one event without writing the rest of the log anew. */
const TAMPERINGS: Record<string, Tampering> = {
  action: alter("action = 'other'"),
  actor: alter(`actor = '{"kind": "unknown"}'`),
  targets: alter(`targets = '[{"kind": "member"}]'`),
  context: alter(`context = context || '{"more": 1}'`),
  before: alter("before = '1'"),
  after: alter(`after = '{"number": 0}'`),
  time: alter("time = time + interval '1 microsecond'"),
  id: alter('id = gen_random_uuid()'),
  hash: alter("hash = 'x'"),
  'previous hash': alter("previous_hash = 'x'"),
  deleting: (sql, tenant, at) =>
    sql`delete from audit_event where tenant_id = ${tenant} and sequence = ${at}`,
};

test('an untouched log is unbroken, in whatever pieces it is read, and so is an empty one', async () => {
  const { log, verify } = await accounts();
  const tenantId = await log();
  for (const most of [1, 5, EVENTS, EVENTS + 1])
    expect(await verify(tenantId, most)).toEqual({ checked: EVENTS, broken: undefined });
  expect(await verify(newId())).toEqual({ checked: 0, broken: undefined });
});

test('tampering with any part of any event is found at that event', async () => {
  const { log, verify, asOwner } = await accounts();
  await asOwner((sql) =>
    assert(
      asyncProperty(
        constantFrom(...Object.keys(TAMPERINGS)),
        integer({ min: 1, max: EVENTS }),
        integer({ min: 1, max: EVENTS + 2 }),
        async (how, at, most) => {
          const tenantId = await log();
          await TAMPERINGS[how]?.(sql, tenantId, at);
          expect(await verify(tenantId, most)).toMatchObject({ checked: at - 1, broken: { sequence: at } });
        },
      ),
      { numRuns: 60 },
    ),
  );
});

test('what is wrong is named: changed, missing, out of order, cut off, or put in', async () => {
  const { log, verify, asOwner } = await accounts();
  const moved = (from: number, to: number, tenant: string, sql: Sql) =>
    sql`update audit_event set sequence = ${to} where tenant_id = ${tenant} and sequence = ${from}`;
  const copied = (at: number, tenant: string, sql: Sql) => sql`
    insert into audit_event
    select e.tenant_id, ${at}, gen_random_uuid(), e.time, e.action, e.actor, e.targets, e.context, e.before, e.after,
      e.previous_hash, e.hash
    from audit_event e where tenant_id = ${tenant} and sequence = ${EVENTS}`;
  const cases: [Tampering, number, string][] = [
    [alter("action = 'other'"), 3, 'its content does not fit its hash'],
    [TAMPERINGS['deleting'] ?? alter(''), 3, 'it is missing'],
    [TAMPERINGS['deleting'] ?? alter(''), EVENTS, 'it is missing'],
    [(sql, tenant) => sql`delete from audit_event where tenant_id = ${tenant}`, 1, 'it is missing'],
    [
      async (sql, tenant, at) => {
        await moved(at, -1, tenant, sql);
        await moved(at + 1, at, tenant, sql);
        await moved(-1, at + 1, tenant, sql);
      },
      4,
      'its content does not fit its hash',
    ],
    [(sql, tenant, at) => copied(at, tenant, sql), 0, 'it was inserted before the first event'],
    [(sql, tenant, at) => copied(at, tenant, sql), EVENTS + 1, 'its content does not fit its hash'],
    [
      (sql, tenant) => sql`delete from audit_head where tenant_id = ${tenant}`,
      1,
      'it is not the event the log ends with, or comes behind it',
    ],
  ];
  await asOwner(async (sql) => {
    for (const [tamper, sequence, problem] of cases) {
      const tenantId = await log();
      await tamper(sql, tenantId, sequence);
      expect((await verify(tenantId)).broken).toMatchObject({ sequence, problem });
    }
  });
});

test('who computes the hashes anew is found where the log no longer goes on, or at its end', async () => {
  const { log, verify, asOwner } = await accounts();
  const forge = (tenant: string, at: number) =>
    asOwner(async (sql) => {
      await alter("action = 'other'")(sql, tenant, at);
      await sql`update audit_event e set hash = audit_hash(e) where tenant_id = ${tenant} and sequence = ${at}`;
    });
  const [middle, end] = [await log(), await log()];
  await forge(middle, 5);
  expect((await verify(middle)).broken).toMatchObject({
    sequence: 6,
    problem: 'it does not follow from the event before it',
  });
  await forge(end, EVENTS);
  expect((await verify(end)).broken).toMatchObject({
    sequence: EVENTS,
    problem: 'it is not the event the log ends with, or comes behind it',
  });
});

test('a log that is being written is unbroken at every moment', async () => {
  const { log, verify, worker } = await accounts();
  const tenantId = await log();
  const append = () =>
    transactionOf(worker, tenantId, (transaction) =>
      appendAuditEvent(transaction, { id: newId(), action: 'test', actor: {}, targets: [], context: {} }),
    );
  const writing = Promise.all(Array.from({ length: 30 }, append));
  for (let round = 0; round < 10; round += 1) expect((await verify(tenantId, 7)).broken).toBeUndefined();
  await writing;
  expect(await verify(tenantId)).toEqual({ checked: EVENTS + 30, broken: undefined });
});
