import { newId } from '@chorus/shared/id.ts';
import { expect, onTestFinished, test, vi } from 'vitest';
import { freshTenant, sharedSystem, type AskGateway } from '../harness/client.ts';
import { platformStaff } from '../harness/staff.ts';

/** Sooner than anything kept ends by itself, and more than the second it should take, because machines can be slow. */
const SOON = { timeout: 15_000, interval: 50 };

const PLANS = '{ plans { key price { amount } } subscription { plan { key } } }';
const SET_GROUP = `mutation ($input: SetCustomerGroupInput!) { setCustomerGroup(input: $input) { __typename } }`;
const SET_GROUP_PRICE = `mutation ($input: SetCustomerGroupPriceInput!) {
  setCustomerGroupPrice(input: $input) { __typename }
}`;
const SET_OVERRIDE = `mutation ($input: SetPriceOverrideInput!) { setPriceOverride(input: $input) { __typename } }`;
const CHANGE = `mutation ($input: ChangePlanInput!) {
  changePlan(input: $input) { __typename ... on PlanSubscription { plan { key } } ... on Problem { message } }
}`;
const AUDIT = '{ auditLog(first: 5) { nodes { action actor { kind } } } }';

async function market() {
  const system = await sharedSystem();
  const staff = await platformStaff(system);
  const [one, other] = [await freshTenant(system), await freshTenant(system)];
  onTestFinished(() => Promise.all([staff.end(), one.end(), other.end()]).then(() => undefined));
  const done = async (text: string, input: object) => {
    const { body } = await staff.ask(text, { input });
    expect(body.errors).toBeUndefined();
    return body.data;
  };
  /** What the business plan costs somebody, as soon as it is what it should be. */
  const shown = (ask: AskGateway, amount: string) =>
    vi.waitFor(async () => {
      const { body } = await ask(PLANS);
      expect(body.data.subscription).not.toBeNull();
      const now = body.data.plans[2].price.amount;
      expect(now).toBe(amount);
      return now as string;
    }, SOON);
  return { staff, one, other, done, shown };
}

const priced = (unitPrice: string) => ({
  item: { kind: 'PLAN', key: 'business' },
  model: { kind: 'STANDARD', unitPrice },
  reason: 'negotiated',
});

test('a price of a group is shown to all its customers soon, and a contract to the one that has it', async () => {
  const { one, other, done, shown } = await market();
  const [mine, theirs] = [await one.member('owner'), await other.member('owner')];
  const customerGroup = `g${newId().slice(-12)}`;
  expect(await Promise.all([shown(mine.ask, '499.00'), shown(theirs.ask, '499.00')])).toEqual([
    '499.00',
    '499.00',
  ]);
  await done(SET_GROUP_PRICE, { customerGroup, price: priced('450') });
  for (const { tenant } of [one, other]) await done(SET_GROUP, { tenantId: tenant.id, customerGroup });
  expect(await Promise.all([shown(mine.ask, '450.00'), shown(theirs.ask, '450.00')])).toEqual([
    '450.00',
    '450.00',
  ]);
  await done(SET_GROUP_PRICE, { customerGroup, price: { ...priced('440'), replace: true } });
  expect(await Promise.all([shown(mine.ask, '440.00'), shown(theirs.ask, '440.00')])).toEqual([
    '440.00',
    '440.00',
  ]);
  await done(SET_OVERRIDE, { tenantId: one.tenant.id, price: priced('400') });
  expect([await shown(mine.ask, '400.00'), await shown(theirs.ask, '440.00')]).toEqual(['400.00', '440.00']);
});

test('a plan that is changed has its features soon, and stands in the audit log', async () => {
  const { one, shown } = await market();
  const owner = await one.member('owner', { mfa: true });
  await shown(owner.ask, '499.00');
  const codes = async () => {
    const { body } = await owner.ask('{ shareOfVoice { share } }');
    return (body.errors ?? []).map(({ extensions }: { extensions: { code: string } }) => extensions.code);
  };
  expect(await codes()).toEqual(['FEATURE_DISABLED']);
  const { body } = await owner.ask(CHANGE, { input: { plan: 'business', idempotencyKey: newId() } });
  expect(body.data.changePlan).toEqual({ __typename: 'PlanSubscription', plan: { key: 'business' } });
  await vi.waitFor(async () => expect(await codes()).toEqual([]), SOON);
  await vi.waitFor(async () => {
    const { body: log } = await owner.ask(AUDIT);
    expect(log.data.auditLog.nodes).toContainEqual({ action: 'plan.changed', actor: { kind: 'member' } });
  }, SOON);
});
