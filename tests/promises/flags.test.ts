import { expect, onTestFinished, test, vi } from 'vitest';
import { client, freshTenant, sharedSystem } from '../harness/client.ts';
import { platformStaff } from '../harness/staff.ts';

const FLAGS = '{ featureFlags { key on layer rule upgrade } }';
const GUARDED = '{ shareOfVoice { share } }';
const FORCE = 'mutation ($input: ForceFeatureInput!) { forceFeature(input: $input) { __typename } }';
const KILL = 'mutation ($input: KillFlagInput!) { killFlag(input: $input) { __typename } }';
const SET =
  'mutation ($input: SetFeatureOverrideInput!) { setFeatureOverride(input: $input) { __typename } }';

const WITHIN_A_SECOND = { timeout: 1_000, interval: 10 };

async function running() {
  const system = await sharedSystem();
  const [fresh, staff] = [await freshTenant(system), await platformStaff(system)];
  onTestFinished(async () => {
    await Promise.all([fresh.end(), staff.end()]);
  });
  const owner = await fresh.member('owner', { mfa: true });
  const explained = client(system.gatewayUrl, owner.token, { 'chorus-explain': '1' });
  const done = async (asked: ReturnType<typeof owner.ask>) => {
    const { body } = await asked;
    expect(body).not.toHaveProperty('errors');
    const [result] = Object.values(body.data as Record<string, { __typename: string }>);
    return result?.__typename;
  };
  /** What the gateway did about the flag, and what accounts says of it. */
  const seen = async () => {
    const { body } = await explained(GUARDED);
    const { flag, ...gateway } = body.extensions.why.paths.shareOfVoice.feature;
    const { featureFlags } = (await owner.ask(FLAGS)).body.data;
    const own = featureFlags.find(({ key }: { key: string }) => key === flag);
    return { gateway, accounts: { on: own.on, layer: own.layer.toLowerCase().replaceAll('_', '-') } };
  };
  const both = (on: boolean, layer: string) =>
    vi.waitFor(async () => {
      expect(await seen()).toEqual({ gateway: { on, layer }, accounts: { on, layer } });
    }, WITHIN_A_SECOND);
  return { owner, staff, tenantId: fresh.tenant.id, both, done };
}

test('what is said of a flag is in force within a second, and gateway and accounts say the same of it', async () => {
  const { owner, staff, tenantId, both, done } = await running();
  const [flag, reason] = ['share_of_voice', 'Because.'];
  await vi.waitFor(() => both(false, 'plan'), { timeout: 10_000 });
  expect(await done(owner.ask(SET, { input: { flag, variant: 'on', reason } }))).toBe('FeatureNotInPlan');
  expect(await done(staff.ask(FORCE, { input: { tenantId, flag, variant: 'on', reason } }))).toBe(
    'FeatureOverride',
  );
  await both(true, 'override');
  expect((await owner.ask(GUARDED)).body).toEqual({ data: { shareOfVoice: [] } });
  expect(await done(staff.ask(KILL, { input: { key: flag, tenantId, reason } }))).toBe('FlagSwitched');
  await both(false, 'tenant-kill');
  expect((await owner.ask(GUARDED)).body.errors).toMatchObject([
    { extensions: { code: 'FEATURE_DISABLED' } },
  ]);
});

test('one call tells a frontend everything, with the plan that has what is lacking', async () => {
  const { owner } = await running();
  await vi.waitFor(
    async () => {
      const { featureFlags } = (await owner.ask(FLAGS)).body.data;
      expect(featureFlags).toEqual(
        expect.arrayContaining([
          { key: 'busiest_day', on: false, layer: 'PLAN', rule: null, upgrade: 'business' },
          { key: 'start_page', on: true, layer: 'RULE', rule: 'leads', upgrade: null },
        ]),
      );
    },
    { timeout: 10_000, interval: 100 },
  );
});
