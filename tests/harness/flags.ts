import { flagUses } from '@chorus/accounts/flags/uses.ts';
import type { FlagDefinition } from '@chorus/shared/flags/definition.ts';
import { flagWith } from '@chorus/shared/flags/testing.ts';
import { packPlatformRules } from '@chorus/shared/grants.ts';
import { newId } from '@chorus/shared/id.ts';
import { ALL_PLATFORM_PERMISSIONS, type PlatformPermission } from '@chorus/shared/permissions.ts';
import { PLATFORM_TENANT, type BillingRecord } from '@chorus/shared/records.ts';
import { accountsInProcess } from './accounts.ts';
import type { Caller } from './subgraph.ts';
import { sql } from 'drizzle-orm';
import { expect } from 'vitest';

export const DEFINE = `mutation ($input: DefineFlagInput!) {
  defineFlag(input: $input) {
    __typename
    ... on FlagDefined { flag { key version } changes { path before after } }
    ... on FlagConflict { version }
    ... on Problem { message }
  }
}`;
export const KILL = `mutation ($input: KillFlagInput!) {
  killFlag(input: $input) { __typename ... on FlagSwitched { killed } ... on Problem { message } }
}`;
export const REVIVE = `mutation ($input: KillFlagInput!) {
  reviveFlag(input: $input) { __typename ... on FlagSwitched { killed } ... on Problem { message } }
}`;
export const FORCE = `mutation ($input: ForceFeatureInput!) {
  forceFeature(input: $input) {
    __typename ... on FeatureOverride { variant byPlatform expiresAt } ... on Problem { message }
  }
}`;
export const SET = `mutation ($input: SetFeatureOverrideInput!) {
  setFeatureOverride(input: $input) {
    __typename
    ... on FeatureOverride { flag variant byPlatform killed reason expiresAt }
    ... on FeatureNotInPlan { plan }
    ... on Problem { message }
  }
}`;
export const CLEAR = `mutation ($input: ClearFeatureOverrideInput!) {
  clearFeatureOverride(input: $input) { __typename ... on Problem { message } }
}`;
export const FLAGS = `{ featureFlags { key on value variant layer rule version expiresAt upgrade } }`;

/** Who works for the platform. */
export const staffWith = (
  permissions: readonly PlatformPermission[] = ALL_PLATFORM_PERMISSIONS,
  mfa = true,
  subject = newId(),
): Caller => ({
  subject,
  mfa,
  identity: { kind: 'staff', tenantId: null, rules: packPlatformRules(permissions) },
});

/** A tenant on some plan, staff, and flags of a test's own. */
export async function flagging(billing: Partial<BillingRecord> = {}) {
  const accounts = await accountsInProcess();
  const record = { plan: 'free', seats: 5, entitlements: [], ...billing };
  Object.assign(accounts.services, {
    billing: () => Promise.resolve(record),
    noteFlags: flagUses(accounts.worker),
  });
  const { id: tenantId } = await accounts.tenant();
  const staff = accounts.as(staffWith());
  const admin = accounts.as({ tenantId });
  const key = () => `f_${newId().replaceAll('-', '').slice(-20)}`;

  /** A new flag, off for everybody but for what is said; answers its key. */
  const define = async (change: Partial<FlagDefinition> = {}) => {
    const definition = flagWith({ key: key(), ...change });
    const { data, errors } = await staff(DEFINE, { input: { definition, basedOn: 0, reason: 'Test.' } });
    expect(errors).toEqual([]);
    expect(data.defineFlag.__typename).toBe('FlagDefined');
    return definition.key;
  };

  /** What one flag is for a member with those roles. */
  const seen = async (flag: string, { roles = ['admin'], tenant = tenantId } = {}) => {
    const { id: subject } = await accounts.member(tenant, { roles });
    const { data, errors } = await accounts.as({ tenantId: tenant, subject })(FLAGS);
    expect(errors).toEqual([]);
    return (data.featureFlags as { key: string }[]).find((one) => one.key === flag);
  };

  /** What the log of a place says about a flag. */
  const logged = async (flag: string, place = PLATFORM_TENANT) => {
    const rows = await accounts.db.execute<{
      action: string;
      before: unknown;
      after: unknown;
      reason: string | null;
    }>(sql`
      select action, before, after, context ->> 'reason' as reason from audit_event
      where tenant_id = ${place} and targets @> ${JSON.stringify([{ kind: 'flag', id: flag }])}::jsonb
      order by sequence`);
    return [...rows];
  };
  return { ...accounts, tenantId, staff, admin, key, define, seen, logged };
}
