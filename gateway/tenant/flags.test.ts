import { GLOBAL } from '@chorus/shared/event-bus.ts';
import type { FlagDefinition } from '@chorus/shared/flags/definition.ts';
import type { FlagOverridesRecord, StoredFlag } from '@chorus/shared/flags/records.ts';
import { flagWith } from '@chorus/shared/flags/testing.ts';
import { newId } from '@chorus/shared/id.ts';
import { createLog } from '@chorus/shared/log.ts';
import { memberRecordKind } from '@chorus/shared/records.ts';
import { expect, onTestFinished, test, vi } from 'vitest';
import type { MemberCaller } from '../caller.ts';
import { memoryBus } from '../testing-bus.ts';
import { rightsReader } from './rights.ts';
import { watchRecords } from './tenant.ts';

/** A member whose plan has `exports`, and the flags of its installation and tenant. */
function member(...definitions: Partial<FlagDefinition>[]) {
  const bus = memoryBus();
  const records = watchRecords(bus, createLog('test', 'silent'));
  onTestFinished(() => records.stop());
  const [tenantId, subject] = [newId(), newId()];
  const place = { active: true, slug: 'a', customerGroup: 'press', roles: {}, groups: {}, endedSessions: {} };
  bus.put('accounts', tenantId, place);
  bus.put('billing', tenantId, { plan: 'starter', seats: 5, entitlements: ['exports'] });
  const hold = (role: string, id = subject) =>
    bus.put(memberRecordKind(id), tenantId, {
      active: true,
      seatType: 'full',
      roles: [{ role }],
      groups: [],
    });
  const put = (change: Partial<StoredFlag> = {}, ...flags: Partial<FlagDefinition>[]) => {
    const all = flags
      .map(flagWith)
      .map((definition) => [definition.key, { version: 1, definition, ...change }]);
    bus.put('flags', GLOBAL, { flags: Object.fromEntries(all) });
  };
  const putOverrides = (change: Partial<FlagOverridesRecord>) =>
    bus.put('flag-overrides', tenantId, { kills: [], overrides: {}, ...change });
  hold('viewer');
  put({}, ...definitions);
  const session = { sessionId: null, amr: [], authTime: null, mfaAt: null, version: 0 };
  const rightsOf = rightsReader(records);
  const rights = (id = subject) => {
    const caller: MemberCaller = { kind: 'member', tenantId, subject: id, ...session };
    return rightsOf(caller);
  };
  return { bus, rights, hold, put, putOverrides };
}

const EXPORTS = { key: 'exports', entitled: true, told: true, default: 'on' };

test('a flag of the plan is on, one that nobody defined is off, and subgraphs are told', async () => {
  const { rights } = member(EXPORTS, { key: 'gold', entitled: true, told: true, default: 'on' });
  const { feature, decision, identity } = await rights();
  expect([feature('exports'), feature('gold'), feature('nope')]).toEqual([true, false, false]);
  expect(decision('exports')).toMatchObject({ layer: 'plan', version: 1 });
  expect(decision('nope')).toBeUndefined();
  expect(identity.flags).toEqual(['exports']);
});

test('without a record of flags everything is off, whatever the plan has', async () => {
  const { rights, put } = member();
  put();
  expect((await rights()).feature('exports')).toBe(false);
});

test('roles, plans and customer groups decide, and who is decided for differently has answers of their own', async () => {
  const when = { all: [{ role: ['analyst'] }, { plan: ['starter'] }, { customerGroup: ['press'] }] };
  const { rights, hold } = member({ key: 'desk', rules: [{ id: 'press-desk', when, serve: 'on' }] });
  const viewer = await rights();
  hold('analyst');
  const analyst = await rights();
  expect([viewer.feature('desk'), analyst.feature('desk')]).toEqual([false, true]);
  expect(analyst.decision('desk')).toMatchObject({ layer: 'rule', rule: 'press-desk' });
  expect(analyst.audience).not.toBe(viewer.audience);
  expect(analyst.identity.flags).toEqual([]);
});

test('two variants of a flag are two audiences and two signatures, and subgraphs are told which', async () => {
  const list = {
    key: 'ranking',
    kind: 'string',
    variants: { off: 'none', a: 'x', b: 'y' },
    told: true,
  } as const;
  const { rights, put } = member({ ...list, default: 'a' });
  const before = await rights();
  put({ version: 2 }, { ...list, default: 'b' });
  const after = await rights();
  expect(before.identity).toMatchObject({ flags: ['ranking'], variants: { ranking: 'a' } });
  expect(after.identity).toMatchObject({ flags: ['ranking'], variants: { ranking: 'b' } });
  expect(after.audience).not.toBe(before.audience);
  expect(after.key).not.toBe(before.key);
});

test('an override ends by itself, and until then says when', async () => {
  vi.useFakeTimers({ toFake: ['Date'], now: 1_000_000_000 });
  onTestFinished(() => void vi.useRealTimers());
  const { rights, putOverrides } = member(EXPORTS);
  putOverrides({ overrides: { exports: { variant: 'off', forced: false, until: 1_000_060 } } });
  const off = await rights();
  expect([off.feature('exports'), off.until]).toEqual([false, 1_000_060]);
  vi.setSystemTime(1_000_059_000);
  expect(await rights()).toBe(off);
  vi.setSystemTime(1_000_061_000);
  const on = await rights();
  expect([on.feature('exports'), on.until, on.key === off.key]).toEqual([true, Infinity, false]);
});

test('a kill that was heard stays while the bus is away, and so does a revival', async () => {
  const { bus, rights, put } = member(EXPORTS);
  put({ killed: true }, EXPORTS);
  expect((await rights()).decision('exports')).toMatchObject({ on: false, layer: 'global-kill' });
  bus.reachable(false);
  put({}, EXPORTS);
  expect((await rights()).decision('exports')).toMatchObject({ on: false, layer: 'global-kill' });
  bus.reachable(true);
  expect((await rights()).feature('exports')).toBe(true);
  bus.reachable(false);
  expect((await rights()).feature('exports')).toBe(true);
});

test('a gateway that never heard of the flags serves nobody rather than with a guess', async () => {
  const { bus, rights } = member(EXPORTS);
  bus.reachable(false);
  await expect(rights()).rejects.toMatchObject({ code: 'SUBGRAPH_UNAVAILABLE' });
});

test('flags are read once until something about them changes', async () => {
  const { bus, rights, hold, putOverrides } = member(EXPORTS);
  const ofFlags = () => bus.reads.filter((key) => key.startsWith('flag')).length;
  await rights();
  hold('analyst');
  await rights();
  expect(ofFlags()).toBe(2);
  putOverrides({});
  await rights();
  expect(ofFlags()).toBe(3);
});
