import { transactionOf } from '@chorus/db/context.ts';
import type { Database } from '@chorus/db/database.ts';
import { newId } from '@chorus/shared/id.ts';
import type { Identity } from '@chorus/shared/identity.ts';
import { ALL_PLATFORM_PERMISSIONS, type PlatformPermission } from '@chorus/shared/permissions.ts';
import type { PlanKey } from './plans/plans.table.ts';
import { subscribeOnce } from './subscriptions/subscriptions.service.ts';

/** Somebody of the platform's staff, for `as`. */
export const staff = (
  permissions: readonly PlatformPermission[] = ALL_PLATFORM_PERMISSIONS,
  mfaAt: number | null = Math.floor(Date.now() / 1000),
): { identity: Partial<Identity> } => ({
  identity: { kind: 'staff', tenantId: null, mfaAt, rules: permissions.map((key) => [key, null]) },
});

/** Begins the subscription of a new tenant; resolves to the tenant's id. */
export async function customer(
  worker: Database,
  { plan = 'starter', seats = 10, start = new Date() }: { plan?: PlanKey; seats?: number; start?: Date } = {},
): Promise<string> {
  const tenantId = newId();
  await transactionOf(worker, tenantId, (transaction) => subscribeOnce(transaction, { plan, seats, start }));
  return tenantId;
}

/** A chain as the gateway makes it, with these subjects before the plan and the catalogue. */
export const chain = (plan: string, ...subjects: string[]): { priceChain: string[] } => ({
  priceChain: [...subjects, `plan:${plan}`, 'default', 'currency:EUR', 'book:1.0.0'],
});

export const SET_OVERRIDE = `mutation ($input: SetPriceOverrideInput!) {
  setPriceOverride(input: $input) {
    __typename
    ... on PriceChange { price { id currency validFrom validTo model { kind unitPrice } } ended { id validTo } }
    ... on Problem { message }
    ... on PriceOverlaps { priceId }
  }
}`;

export const SET_GROUP_PRICE = `mutation ($input: SetCustomerGroupPriceInput!) {
  setCustomerGroupPrice(input: $input) { __typename ... on Problem { message } }
}`;

export const SET_MEMBER_PRICE = `mutation ($input: SetMemberPriceInput!) {
  setMemberPrice(input: $input) { __typename ... on Problem { message } }
}`;

/** A price of so much for a unit. */
export const standard = (unitPrice: string, other: object = {}): Record<string, unknown> => ({
  item: { kind: 'PLAN', key: 'business' },
  model: { kind: 'STANDARD', unitPrice },
  reason: 'negotiated',
  ...other,
});
