import { startConsumer } from '@chorus/db/consumer.ts';
import { Database } from '@chorus/db/database.ts';
import { postgresEventBus } from '@chorus/shared/event-bus-postgres.ts';
import { newId } from '@chorus/shared/id.ts';
import { createLog } from '@chorus/shared/log.ts';
import { PLATFORM_TENANT } from '@chorus/shared/records.ts';
import { workerDatabase } from '@chorus/tests/harness/databases.ts';
import { makeSigningKey } from '@chorus/tests/harness/keys.ts';
import { inProcess } from '@chorus/tests/harness/subgraph.ts';
import { sql } from 'drizzle-orm';
import { expect, onTestFinished, test, vi } from 'vitest';
import { features } from '../features.ts';
import { testServices } from '../testing.ts';
import { denialEvents, gatewayEvents } from './audit.events.ts';

async function accounts() {
  const subgraph = await inProcess('accounts', features, testServices(await makeSigningKey()));
  const events = async (whose: string) => [
    ...(await subgraph.worker.statements(null).execute<Record<string, unknown>>(sql`
      select id, action, actor, targets, context from audit_event where tenant_id = ${whose} order by sequence`)),
  ];
  return { ...subgraph, events };
}

/** Consumes what one source tells, as the server of accounts does. */
async function listening(told = denialEvents) {
  const { urls, events } = await accounts();
  const bus = postgresEventBus((await workerDatabase('events')).app);
  const source = `source-${newId()}`;
  const database = new Database(urls.worker, { max: 1 });
  const sources = { [source]: told };
  const log = createLog('test', 'silent');
  const consumer = await startConsumer({ consumer: source, sources, database, bus, log });
  onTestFinished(async () => {
    await consumer.stop();
    await Promise.all([bus.close(), database.end()]);
  });
  const tell = async (type: string, tenantId: string, data: object, id = newId()) => {
    await bus.append(source, [{ id, type, tenantId, time: new Date().toISOString(), data }]);
    return id;
  };
  return { tell, events };
}

const LIST = '{ members { nodes { id } } again: members { nodes { id } } auditLog { nodes { id } } }';

test('what a request was denied is told once per permission, with who and from where', async () => {
  const { as, events } = await accounts();
  const [tenantId, subject] = [newId(), newId()];
  const request = { clientAddress: '192.0.2.1', userAgent: 'u'.repeat(400) };
  await as({ tenantId, subject, permissions: ['tenant.read'] }, request)(LIST);
  const common = {
    action: 'access.denied',
    actor: { kind: 'member', id: subject },
    targets: [],
  };
  const context = { reason: 'forbidden', clientAddress: '192.0.2.1', userAgent: 'u'.repeat(300) };
  expect(await events(tenantId)).toMatchObject([
    { ...common, context: { ...context, permission: 'members.read' } },
    { ...common, context: { ...context, permission: 'audit.read' } },
  ]);
});

test('what is allowed, and what nobody asked for by name, leaves no trace', async () => {
  const { as, events } = await accounts();
  const tenantId = newId();
  const before = (await events(PLATFORM_TENANT)).length;
  await as({ tenantId })(LIST);
  await as({ anonymous: true })(LIST);
  expect(await events(tenantId)).toEqual([]);
  expect(await events(PLATFORM_TENANT)).toHaveLength(before);
});

test('the log shows a denial to who may read it', async () => {
  const { as } = await accounts();
  const [tenantId, subject] = [newId(), newId()];
  await as({ tenantId, subject, permissions: ['tenant.read'] })('{ members { nodes { id } } }');
  const { data, errors } = await as({ tenantId })(
    '{ auditLog(filter: { actions: ["access."] }) { nodes { action context { permission reason factor more } } } }',
  );
  expect(errors).toEqual([]);
  expect(data.auditLog.nodes).toEqual([
    {
      action: 'access.denied',
      context: { permission: 'members.read', reason: 'forbidden', factor: null, more: null },
    },
  ]);
});

test('a denial that another service tells is written once, however often it is told', async () => {
  const { tell, events } = await listening();
  const [tenantId, subject, id] = [newId(), newId(), newId()];
  const actor = { kind: 'key', id: subject };
  const origin = { requestId: newId() };
  const denied = { permission: 'trackers.manage', reason: 'mfa-required', actor, origin };
  for (let times = 0; times < 3; times += 1) await tell('access.denied', tenantId, denied, id);
  await tell('something.else', tenantId, {});
  await tell('access.denied', tenantId, { ...denied, permission: 'billing.read' });
  await vi.waitFor(async () => {
    expect(await events(tenantId)).toMatchObject([
      { id, actor, context: { ...origin, permission: 'trackers.manage', reason: 'mfa-required' } },
      { actor, context: { permission: 'billing.read' } },
    ]);
  });
});

test('a credential the gateway refused is told where it belongs, without an actor', async () => {
  const { tell, events } = await listening(gatewayEvents);
  const [tenantId, target] = [newId(), newId()];
  const origin = { requestId: newId(), clientAddress: '192.0.2.9' };
  await tell('credential.refused', tenantId, { kind: 'session', reason: 'ended', target, origin, more: 7 });
  await vi.waitFor(async () => {
    expect(await events(tenantId)).toMatchObject([
      {
        action: 'credential.refused',
        actor: { kind: 'unknown' },
        targets: [{ kind: 'session', id: target }],
        context: { ...origin, factor: 'session', reason: 'ended', more: 7 },
      },
    ]);
  });
});

test('what the gateway denied is written like what a service denies, with the field, and once', async () => {
  const { tell, events } = await listening(gatewayEvents);
  const [tenantId, subject, id] = [newId(), newId(), newId()];
  const actor = { kind: 'member', id: subject };
  const origin = { requestId: newId(), clientAddress: '192.0.2.1' };
  const denials = [
    { field: 'Mutation.createRole', permission: 'roles.manage', reason: 'mfa-required' },
    { field: 'Mutation.regenerateRecoveryCodes', reason: 'mfa-required' },
  ];
  for (let times = 0; times < 2; times += 1)
    await tell('access.denied', tenantId, { actor, denials, origin, more: 3 }, id);
  await tell('access.denied', tenantId, { actor, denials: [], origin });
  await tell('access.denied', tenantId, { actor, denials: denials.slice(1), origin });
  const common = { action: 'access.denied', actor, targets: [] };
  await vi.waitFor(async () => {
    expect(await events(tenantId)).toEqual([
      { ...common, id, context: { ...origin, ...denials[0], more: 3 } },
      { ...common, id: expect.any(String) as unknown, context: { ...origin, ...denials[1] } },
      { ...common, id: expect.any(String) as unknown, context: { ...origin, ...denials[1] } },
    ]);
  });
});
