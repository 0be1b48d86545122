import { newId } from '@chorus/shared/id.ts';
import { PLATFORM_TENANT } from '@chorus/shared/records.ts';
import { expect, test } from 'vitest';
import { flagging, FORCE, KILL, REVIVE, SET } from '@chorus/tests/harness/flags.ts';

async function killing() {
  const here = await flagging();
  const kill = async (input: object) =>
    (await here.staff(KILL, { input: { reason: 'It breaks.', ...input } })).data.killFlag;
  const revive = async (input: object) =>
    (await here.staff(REVIVE, { input: { reason: 'Mended.', ...input } })).data.reviveFlag;
  return { ...here, kill, revive };
}

test('a flag that is killed is off everywhere, whatever else is said, until it is let be', async () => {
  const { define, kill, revive, seen, staff, tenantId, logged } = await killing();
  const key = await define({ default: 'on' });
  await staff(FORCE, { input: { tenantId, flag: key, variant: 'on', reason: 'Promised.' } });
  expect(await kill({ key })).toEqual({ __typename: 'FlagSwitched', killed: true });
  expect(await seen(key)).toMatchObject({ on: false, value: false, layer: 'GLOBAL_KILL' });
  expect(await revive({ key })).toEqual({ __typename: 'FlagSwitched', killed: false });
  expect(await seen(key)).toMatchObject({ on: true, layer: 'OVERRIDE' });
  const kills = (await logged(key)).filter(({ action }) => /killed|revived/.test(action));
  expect(kills).toMatchObject([
    { action: 'flag.killed', before: { killed: false }, after: { killed: true, reason: 'It breaks.' } },
    { action: 'flag.revived', before: { killed: true, reason: 'It breaks.' }, after: { killed: false } },
  ]);
});

test('a flag that is killed in one tenant is off there and nowhere else, and both logs say so', async () => {
  const { define, kill, revive, seen, tenant, tenantId, logged, admin } = await killing();
  const key = await define({ default: 'on' });
  const { id: other } = await tenant();
  expect(await kill({ key, tenantId })).toEqual({ __typename: 'FlagSwitched', killed: true });
  expect(await seen(key)).toMatchObject({ on: false, layer: 'TENANT_KILL' });
  expect(await seen(key, { tenant: other })).toMatchObject({ on: true });
  const listed = (await admin('{ featureOverrides { flag killed variant byPlatform reason } }')).data;
  expect(listed.featureOverrides).toEqual([
    { flag: key, killed: true, variant: null, byPlatform: true, reason: 'It breaks.' },
  ]);
  const cleared = await admin(SET, { input: { flag: key, variant: 'off', reason: 'As well.' } });
  expect(cleared.data.setFeatureOverride.__typename).toBe('FeatureOverride');
  expect(await seen(key)).toMatchObject({ layer: 'TENANT_KILL' });
  expect(await revive({ key, tenantId })).toEqual({ __typename: 'FlagSwitched', killed: false });
  expect(await seen(key)).toMatchObject({ on: false, layer: 'OVERRIDE' });
  for (const place of [PLATFORM_TENANT, tenantId])
    expect((await logged(key, place)).map(({ action }) => action)).toEqual(
      expect.arrayContaining(['flag.killed', 'flag.revived']),
    );
});

test('what is not there cannot be killed, and the log says that somebody tried', async () => {
  const { define, kill, revive, key: newKey, logged } = await killing();
  const key = await define();
  const unknown = newKey();
  for (const change of [kill, revive]) {
    expect((await change({ key: unknown })).__typename).toBe('FlagUnknown');
    expect((await change({ key, reason: '' })).__typename).toBe('FlagInvalid');
    for (const tenantId of [newId(), 'no id', PLATFORM_TENANT])
      expect((await change({ key, tenantId })).__typename).toBe('TenantUnknown');
  }
  expect((await logged(unknown)).map(({ action }) => action)).toEqual(['flag.refused', 'flag.refused']);
  const each = ['invalid', 'tenant-unknown', 'tenant-unknown', 'tenant-unknown'];
  const reasons = (await logged(key)).map(({ reason }) => reason);
  expect(reasons).toEqual([null, ...each, ...each]);
});
