import { newId } from '@chorus/shared/id.ts';
import { createLog } from '@chorus/shared/log.ts';
import { ALL_PLATFORM_PERMISSIONS } from '@chorus/shared/permissions.ts';
import { memberRecordKind, PLATFORM_TENANT } from '@chorus/shared/records.ts';
import { expect, onTestFinished, test, vi } from 'vitest';
import { memoryBus } from '../testing-bus.ts';
import { productGateway, UNAUTHENTICATED } from '../testing-product.ts';
import { watchRecords } from './records.ts';

test('a change of the records is in force with the next request', async () => {
  const { ann, bob, as, token, bus, tenantId, record, putMember, seen } = await productGateway();
  const [one, two] = [await token(ann, { sid: 's1' }), await token(bob)];
  await as(two);
  putMember(bob, []);
  await as(two);
  expect(seen.map(({ rules }) => rules.length > 0)).toEqual([true, false]);
  putMember(bob, ['owner'], { active: false });
  expect((await as(two)).body).toEqual(UNAUTHENTICATED);
  expect((await as(one)).status).toBe(200);
  bus.put('accounts', tenantId, { ...record, endedSessions: { s1: 9e9 } });
  expect((await as(one)).body).toEqual(UNAUTHENTICATED);
  bus.put('accounts', tenantId, { ...record, active: false });
  expect((await as(two)).body).toEqual(UNAUTHENTICATED);
});

test('a role of the tenant, of a group and with an end is held for as long as it is', async () => {
  const { bob, as, token, bus, tenantId, record, putMember, seen } = await productGateway();
  const credential = await token(bob);
  const [own, group] = [newId(), newId()];
  const reads = { effect: 'allow' as const, permission: 'mentions.read' as const };
  const until = Math.floor(Date.now() / 1000) + 3600;
  bus.put('accounts', tenantId, {
    ...record,
    roles: { [own]: { name: 'Reader', grants: [reads] } },
    groups: { [group]: [{ role: own, until }] },
  });
  putMember(bob, ['no such role'], { groups: [group] });
  await as(credential);
  vi.useFakeTimers({ toFake: ['Date'], now: until * 1000 + 1 });
  onTestFinished(() => void vi.useRealTimers());
  await as(await token(bob));
  expect(seen.map(({ rules }) => rules.map(([permission]) => permission))).toEqual([['mentions.read'], []]);
});

test('staff of the platform hold its permissions and act in no tenant, whatever their tenant calls its roles', async () => {
  const { bus, as, token, record, putMember, bob, seen, tenantId } = await productGateway();
  const staff = newId();
  bus.put('accounts', PLATFORM_TENANT, record);
  bus.put(memberRecordKind(staff), PLATFORM_TENANT, {
    active: true,
    seatType: 'full',
    roles: [{ role: 'staff' }, { role: 'owner' }],
    groups: [],
  });
  await as(await token(staff, { tid: PLATFORM_TENANT }));
  putMember(bob, ['staff']);
  await as(await token(bob));
  expect(seen[0]).toMatchObject({ kind: 'staff', tenantId: null, subject: staff });
  expect(seen[0]?.rules.map(([permission]) => permission)).toEqual(ALL_PLATFORM_PERMISSIONS);
  expect(seen[1]).toMatchObject({ kind: 'member', tenantId, rules: [] });
});

test('records are read once until something changes', async () => {
  const { ann, as, token, bus, tenantId } = await productGateway();
  await as(await token(ann));
  await as(await token(ann));
  expect(bus.reads.filter((key) => key === `accounts ${tenantId}`)).toHaveLength(1);
});

test('a token that is a moment ahead of its record waits for it', async () => {
  const { as, token, bus, tenantId, record, putMember } = await productGateway();
  const newcomer = newId();
  const asking = as(await token(newcomer, { pv: 2 }));
  await vi.waitFor(() => expect(bus.reads).toContain(`accounts ${tenantId}`));
  putMember(newcomer, ['viewer']);
  bus.put('accounts', tenantId, record);
  expect((await asking).body).toEqual({ data: { whoami: newcomer } });
});

test('a record that stays behind a token is an outage, not a decision', async () => {
  const { ann, as, token } = await productGateway();
  expect((await as(await token(ann, { pv: 2 }))).body).toMatchObject({
    errors: [{ extensions: { code: 'SUBGRAPH_UNAVAILABLE' } }],
  });
});

/** Records over a bus and a clock that the test holds. */
function watched() {
  const bus = memoryBus();
  let now = 1_000_000;
  const records = watchRecords(bus, createLog('t', 'silent'), () => now);
  return { bus, records, pass: (ms: number) => (now += ms) };
}

test('without a heartbeat records are unconfirmed after two seconds and useless after five minutes', async () => {
  const { bus, records, pass } = watched();
  bus.put('accounts', 't', { slug: 'a' });
  expect(records.confirmed()).toBe(true);
  expect((await records.get('accounts', 't'))?.version).toBe(1);
  bus.reachable(false);
  pass(2001);
  expect(records.confirmed()).toBe(false);
  expect((await records.get('accounts', 't'))?.version).toBe(1);
  await expect(records.get('accounts', 'never loaded')).rejects.toMatchObject({
    code: 'SUBGRAPH_UNAVAILABLE',
  });
  pass(5 * 60_000);
  await expect(records.get('accounts', 't')).rejects.toMatchObject({ code: 'SUBGRAPH_UNAVAILABLE' });
  bus.reachable(true);
  expect(records.confirmed()).toBe(true);
});

test('what changed while the bus was away is read when it is back', async () => {
  const { bus, records } = watched();
  bus.put('accounts', 't', { slug: 'a' });
  await records.get('accounts', 't');
  bus.reachable(false);
  bus.put('accounts', 't', { slug: 'b' });
  expect((await records.get('accounts', 't'))?.version).toBe(1);
  bus.reachable(true);
  expect((await records.get('accounts', 't'))?.version).toBe(2);
});

test('a change that arrives while the record is read is not lost', async () => {
  const { bus, records } = watched();
  bus.put('accounts', 't', { slug: 'a' });
  const reading = records.get('accounts', 't');
  bus.put('accounts', 't', { slug: 'b' });
  expect((await reading)?.version).toBe(1);
  expect((await records.get('accounts', 't'))?.version).toBe(2);
});

test('while records are unconfirmed, reads go on and mutations are refused before any subgraph is asked', async () => {
  const { ann, gateway, as, token, bus, accounts } = await productGateway();
  const credential = await token(ann);
  await as(credential);
  bus.reachable(false);
  vi.useFakeTimers({ toFake: ['Date'], now: Date.now() + 2500 });
  onTestFinished(() => void vi.useRealTimers());
  const read = await as(credential);
  expect(read.body.data).toEqual({ whoami: ann });
  const change = await as(credential, 'mutation { change }');
  expect([change.status, change.body.errors?.[0]?.extensions['code']]).toEqual([503, 'SUBGRAPH_UNAVAILABLE']);
  expect(accounts.received.some(({ query }) => query.includes('change'))).toBe(false);
  expect((await gateway.ask('mutation { signIn }')).body.data).toEqual({ signIn: 'nobody' });
});
