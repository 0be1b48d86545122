import { flagWith } from '@chorus/shared/flags/testing.ts';
import { newId } from '@chorus/shared/id.ts';
import { ALL_PERMISSIONS, ALL_PLATFORM_PERMISSIONS } from '@chorus/shared/permissions.ts';
import { expect, test } from 'vitest';
import { CLEAR, DEFINE, flagging, FORCE, KILL, REVIVE, SET, staffWith } from '@chorus/tests/harness/flags.ts';

const ROLL_BACK = 'mutation ($input: RollBackFlagInput!) { rollBackFlag(input: $input) { __typename } }';
const CLEAR_FORCED =
  'mutation ($input: ClearForcedFeatureInput!) { clearForcedFeature(input: $input) { __typename } }';
const OF_TENANT = 'query ($input: ID!) { tenantFeatureOverrides(tenantId: $input) { flag } }';

const flag = 'some_flag';
const reason = 'Why not.';
const tenantId = newId();

const OF_STAFF = [
  ['defineFlag', DEFINE, { definition: flagWith(), basedOn: 0, reason }],
  ['rollBackFlag', ROLL_BACK, { key: flag, version: 1, basedOn: 1, reason }],
  ['killFlag', KILL, { key: flag, reason }],
  ['reviveFlag', REVIVE, { key: flag, reason }],
  ['forceFeature', FORCE, { tenantId, flag, variant: 'on', reason }],
  ['clearForcedFeature', CLEAR_FORCED, { tenantId, flag }],
  ['tenantFeatureOverrides', OF_TENANT, tenantId],
  ['flagDefinitions', '{ flagDefinitions { key } }', undefined],
  ['flagVersions', '{ flagVersions(key: "x") { version } }', undefined],
  ['unusedFlags', '{ unusedFlags { key } }', undefined],
] as const;

test.each(OF_STAFF)(
  '%s is for staff that may, with a fresh second factor',
  async (field, operation, input) => {
    const { as } = await flagging();
    const errors = async (caller: Parameters<typeof as>[0]) =>
      (await as(caller)(operation, { input })).errors;
    expect(await errors({ permissions: ALL_PERMISSIONS })).toEqual([`${field}: FORBIDDEN`]);
    expect(await errors({ permissions: ALL_PERMISSIONS, apiKey: true })).toEqual([`${field}: FORBIDDEN`]);
    expect(await errors({ anonymous: true })).toEqual([`${field}: UNAUTHENTICATED`]);
    expect(await errors(staffWith(ALL_PLATFORM_PERMISSIONS, false))).toEqual([`${field}: MFA_REQUIRED`]);
    const others = ALL_PLATFORM_PERMISSIONS.filter((permission) => !permission.startsWith('platform.flags.'));
    expect(await errors(staffWith(others))).toEqual([`${field}: FORBIDDEN`]);
  },
);

test.each([
  ['setFeatureOverride', SET, { flag, variant: 'off', reason }],
  ['clearFeatureOverride', CLEAR, { flag }],
] as const)(
  '%s is for administrators with a fresh second factor, and never for keys',
  async (field, operation, input) => {
    const { as } = await flagging();
    const errors = async (caller: Parameters<typeof as>[0]) =>
      (await as(caller)(operation, { input })).errors;
    const others = ALL_PERMISSIONS.filter((permission) => permission !== 'features.manage');
    expect(await errors({ permissions: others })).toEqual([`${field}: FORBIDDEN`]);
    expect(await errors({ mfa: false })).toEqual([`${field}: MFA_REQUIRED`]);
    expect(await errors({ apiKey: true })).toEqual([`${field}: FORBIDDEN`]);
    expect(await errors({ anonymous: true })).toEqual([`${field}: UNAUTHENTICATED`]);
    expect(await errors(staffWith())).toEqual([`${field}: FORBIDDEN`]);
  },
);

/** What PostgreSQL says of a right that somebody lacks. */
const DENIED = { cause: { code: '42501' } };

test('no request of a tenant can write flags, even where the service is left out', async () => {
  const { database, tenantId: own, define } = await flagging();
  const key = await define();
  const writing = (statement: string) => database.statements(own).execute(statement);
  expect(await writing(`update flag set killed_at = now() where key = '${key}' returning key`)).toHaveLength(
    0,
  );
  await expect(
    writing(`insert into flag (key, version, definition) values ('x', 1, '{}')`),
  ).rejects.toMatchObject(DENIED);
  await expect(writing(`delete from flag where key = '${key}'`)).rejects.toMatchObject(DENIED);
  await expect(writing(`update flag_version set reason = 'x'`)).rejects.toMatchObject(DENIED);
  expect(await writing('select 1 from flag_version')).toHaveLength(0);
});
