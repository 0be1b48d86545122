import { newId } from '@chorus/shared/id.ts';
import { expect, test } from 'vitest';
import { CLEAR, flagging, FORCE, SET } from '@chorus/tests/harness/flags.ts';

const CLEAR_FORCED = `mutation ($input: ClearForcedFeatureInput!) {
  clearForcedFeature(input: $input) { __typename ... on Problem { message } }
}`;
const OF_TENANT = `query ($tenantId: ID!) { tenantFeatureOverrides(tenantId: $tenantId) { flag variant } }`;
const OWN = '{ featureOverrides { flag variant } }';

/** A tenant whose plan has one flag, `had`, and lacks another, `lacked`, which `business` has. */
async function overriding() {
  const plan = { entitlements: [] as string[], upgrades: {} as Record<string, string> };
  const here = await flagging(plan);
  const [had, lacked] = [
    await here.define({ entitled: true, default: 'on' }),
    await here.define({ entitled: true, default: 'on' }),
  ];
  plan.entitlements.push(had);
  plan.upgrades[lacked] = 'business';
  const { admin, staff, tenantId } = here;
  const set = async (input: object, by = admin) =>
    (await by(SET, { input: { reason: 'Our choice.', ...input } })).data.setFeatureOverride;
  const clear = async (flag: string) => (await admin(CLEAR, { input: { flag } })).data.clearFeatureOverride;
  const force = async (input: object) =>
    (await staff(FORCE, { input: { tenantId, reason: 'Promised.', ...input } })).data.forceFeature;
  const clearForced = async (input: object) =>
    (await staff(CLEAR_FORCED, { input: { tenantId, ...input } })).data.clearForcedFeature;
  return { ...here, had, lacked, set, clear, force, clearForced };
}

test('an administrator switches off what the tenant has, and on again', async () => {
  const { had, set, clear, seen, logged, tenantId } = await overriding();
  expect(await set({ flag: had, variant: 'off' })).toEqual({
    __typename: 'FeatureOverride',
    flag: had,
    variant: 'off',
    byPlatform: false,
    killed: false,
    reason: 'Our choice.',
    expiresAt: null,
  });
  expect(await seen(had)).toMatchObject({ on: false, layer: 'OVERRIDE' });
  expect(await set({ flag: had, variant: 'on' })).toMatchObject({
    __typename: 'FeatureOverride',
    variant: 'on',
  });
  expect(await seen(had)).toMatchObject({ on: true, layer: 'OVERRIDE' });
  expect(await clear(had)).toEqual({ __typename: 'FeatureOverrideCleared' });
  expect(await seen(had)).toMatchObject({ on: true, layer: 'PLAN' });
  expect(await logged(had, tenantId)).toMatchObject([
    { action: 'feature-override.set', before: null, after: { variant: 'off', forced: false } },
    { action: 'feature-override.set', before: { variant: 'off' }, after: { variant: 'on' } },
    { action: 'feature-override.cleared', before: { variant: 'on' }, after: null },
  ]);
});

test('an administrator cannot give the tenant what its plan lacks, nor what is only being tried', async () => {
  const { lacked, define, set, seen, logged, tenantId } = await overriding();
  const tried = await define({ rollout: { variant: 'on', percent: 0 } });
  expect(await set({ flag: lacked, variant: 'on' })).toMatchObject({
    __typename: 'FeatureNotInPlan',
    plan: 'business',
  });
  expect(await set({ flag: tried, variant: 'on' })).toMatchObject({
    __typename: 'FeatureNotInPlan',
    plan: null,
  });
  expect(await seen(lacked)).toMatchObject({ on: false, layer: 'PLAN', upgrade: 'business' });
  expect(await seen(tried)).toMatchObject({ on: false, layer: 'DEFAULT' });
  expect(await logged(lacked, tenantId)).toMatchObject([{ action: 'flag.refused', reason: 'not-in-plan' }]);
  expect(await set({ flag: lacked, variant: 'off' })).toMatchObject({ __typename: 'FeatureOverride' });
});

test('what cannot be is refused with a sentence, and nothing is written', async () => {
  const { had, set, clear, key, admin } = await overriding();
  const inDays = (days: number) => new Date(Date.now() + days * 86_400_000).toISOString();
  for (const wrong of [
    { variant: 'gold' },
    { variant: 'constructor' },
    { reason: ' ' },
    { reason: 'x'.repeat(301) },
    { expiresAt: inDays(-1) },
    { expiresAt: inDays(400) },
  ])
    expect(await set({ flag: had, variant: 'off', ...wrong })).toMatchObject({
      __typename: 'FeatureOverrideInvalid',
      message: expect.stringMatching(/\.$/) as unknown,
    });
  expect((await set({ flag: key(), variant: 'off' })).__typename).toBe('FlagUnknown');
  expect((await clear(had)).__typename).toBe('FlagUnknown');
  expect((await admin(OWN)).data.featureOverrides).toEqual([]);
});

test('what the platform set is good without the plan, and only the platform changes it', async () => {
  const { lacked, force, set, clear, clearForced, seen, staff, tenantId, logged } = await overriding();
  expect(await force({ flag: lacked, variant: 'on' })).toMatchObject({ variant: 'on', byPlatform: true });
  expect(await seen(lacked)).toMatchObject({ on: true, layer: 'OVERRIDE' });
  expect((await set({ flag: lacked, variant: 'off' })).__typename).toBe('FeatureOverrideHeld');
  expect((await clear(lacked)).__typename).toBe('FeatureOverrideHeld');
  const listed = (await staff(OF_TENANT, { tenantId })).data.tenantFeatureOverrides;
  expect(listed).toEqual([{ flag: lacked, variant: 'on' }]);
  expect((await clearForced({ flag: lacked })).__typename).toBe('FeatureOverrideCleared');
  expect(await seen(lacked)).toMatchObject({ on: false, layer: 'PLAN' });
  expect((await logged(lacked)).map(({ action }) => action)).toEqual([
    'flag.defined',
    'feature-override.set',
    'feature-override.cleared',
  ]);
});

test('staff meets the same limits, and no tenant that is none', async () => {
  const { had, force, clearForced, key, staff } = await overriding();
  expect((await force({ flag: had, variant: 'gold' })).__typename).toBe('FeatureOverrideInvalid');
  expect((await force({ flag: key(), variant: 'on' })).__typename).toBe('FlagUnknown');
  expect((await clearForced({ flag: had })).__typename).toBe('FlagUnknown');
  for (const tenantId of [newId(), 'no id']) {
    expect((await force({ flag: had, variant: 'on', tenantId })).__typename).toBe('TenantUnknown');
    expect((await clearForced({ flag: had, tenantId })).__typename).toBe('TenantUnknown');
    expect((await staff(OF_TENANT, { tenantId })).data.tenantFeatureOverrides).toBeNull();
  }
});

test('an override that ended counts for nothing and is not listed', async () => {
  const { had, force, seen, admin, db, tenantId } = await overriding();
  const expiresAt = new Date(Date.now() + 3_600_000).toISOString();
  expect(await force({ flag: had, variant: 'off', expiresAt })).toMatchObject({ expiresAt });
  expect(await seen(had)).toMatchObject({ on: false, layer: 'OVERRIDE', expiresAt });
  await db.execute(`update feature_override set expires_at = now() where tenant_id = '${tenantId}'`);
  expect(await seen(had)).toMatchObject({ on: true, layer: 'PLAN', expiresAt: null });
  expect((await admin(OWN)).data.featureOverrides).toEqual([]);
});

test('the overrides of another tenant are not to be seen and not in force', async () => {
  const { had, set, seen, tenant, as } = await overriding();
  await set({ flag: had, variant: 'off' });
  const { id: other } = await tenant();
  expect((await as({ tenantId: other })(OWN)).data.featureOverrides).toEqual([]);
  expect(await seen(had, { tenant: other })).toMatchObject({ on: true });
});
