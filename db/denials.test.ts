import { packedRulesFor } from '@chorus/shared/ability.ts';
import { newId } from '@chorus/shared/id.ts';
import { ANONYMOUS, type Identity } from '@chorus/shared/identity.ts';
import { ALL_PERMISSIONS, ALL_PLATFORM_PERMISSIONS, type Permission } from '@chorus/shared/permissions.ts';
import { PLATFORM_TENANT } from '@chorus/shared/records.ts';
import { workerDatabase } from '@chorus/tests/harness/databases.ts';
import { eq } from 'drizzle-orm';
import { expect, onTestFinished, test } from 'vitest';
import { Context } from './context.ts';
import { Database } from './database.ts';
import { emitDenials } from './denials.ts';
import { outbox } from './outbox.table.ts';

type Source = 'mentions' | 'reporting' | 'billing';

/** One request of somebody to a subgraph, and what it leaves in the outbox. */
async function request(who: Partial<Identity>, source: Source = 'mentions') {
  const urls = await workerDatabase(source);
  const database = new Database(urls.app, { max: 1 });
  const worker = new Database(urls.worker, { max: 1 });
  onTestFinished(() => Promise.all([database.end(), worker.end()]).then(() => undefined));
  const tenantId = newId();
  const identity: Identity = { ...ANONYMOUS, kind: 'member', tenantId, subject: newId(), ...who };
  const origin = { requestId: newId(), clientAddress: '192.0.2.1', userAgent: 'test' };
  const ctx = new Context(database, { ...origin, identity, setHeader: () => undefined }, undefined);
  const ask = (...permissions: Parameters<typeof ctx.require>) => {
    expect(() => ctx.require(...permissions)).toThrow(/not allowed|second factor|Sign in/);
  };
  const told = async (whose = tenantId) =>
    (await worker.statements(null).select().from(outbox).where(eq(outbox.tenantId, whose)))
      .toSorted((one, other) => Number(one.sequence) - Number(other.sequence))
      .map(({ type, data }) => ({ type, data }));
  return { ctx, ask, told, identity, origin };
}

const rules = (tenantId: string, permissions: readonly Permission[]) => packedRulesFor(tenantId, permissions);

test.each(['mentions', 'reporting', 'billing'] as const)(
  'what a request to %s was denied is told to accounts, each permission once',
  async (source) => {
    const { ctx, ask, told, identity, origin } = await request({}, source);
    ask('trackers.manage');
    ask('trackers.manage');
    ask('billing.read');
    await emitDenials(ctx);
    const actor = { kind: 'member', id: identity.subject };
    const data = { reason: 'forbidden', actor, origin };
    expect(await told()).toEqual([
      { type: 'access.denied', data: { ...data, permission: 'trackers.manage' } },
      { type: 'access.denied', data: { ...data, permission: 'billing.read' } },
    ]);
  },
);

test('a missing second factor is told apart from a missing permission, and keys have no second factor', async () => {
  const tenantId = newId();
  const able = { tenantId, rules: rules(tenantId, ['billing.manage']) };
  const person = await request(able);
  person.ask('billing.manage');
  await emitDenials(person.ctx);
  const key = await request({ ...able, kind: 'key', subject: 'key-1' });
  key.ask('billing.manage');
  await emitDenials(key.ctx);
  expect(await person.told(tenantId)).toMatchObject([
    { data: { reason: 'mfa-required', actor: { kind: 'member' } } },
    { data: { reason: 'forbidden', actor: { kind: 'key', id: 'key-1' } } },
  ]);
});

test('what staff are denied is told in the tenant of the platform', async () => {
  const { ctx, ask, told, identity } = await request({ kind: 'staff', tenantId: null });
  ask('members.read');
  await emitDenials(ctx);
  const actor = { kind: 'staff', id: identity.subject };
  expect(await told(PLATFORM_TENANT)).toContainEqual({
    type: 'access.denied',
    data: expect.objectContaining({ permission: 'members.read', actor }) as unknown,
  });
});

test('a request that was denied nothing touches no database, nor does one of nobody', async () => {
  const [denied, nobody] = [await request({}), await request({ ...ANONYMOUS })];
  nobody.ask('members.read');
  await emitDenials(denied.ctx);
  await emitDenials(nobody.ctx);
  expect(await denied.told()).toEqual([]);
});

test('one request tells twenty denials at most', async () => {
  const { ctx, told } = await request({});
  const all = [...ALL_PERMISSIONS, ...ALL_PLATFORM_PERMISSIONS];
  for (const permission of all) ctx.denial(permission);
  for (let more = 0; more < 5; more += 1) ctx.denial(`made.up${more}` as Permission);
  await emitDenials(ctx);
  expect(await told()).toHaveLength(20);
});
