import type { Asked } from '../caller-rules.ts';
import { rolesHeld } from '../held-grants.ts';
import type { AccountsRecord, BillingRecord } from '../records.ts';
import type { FlagCaller } from './evaluate.ts';
import type { FlagOverridesRecord } from './records.ts';

/** What the records say of the tenant besides its roles. */
interface Place {
  accounts: Pick<AccountsRecord, 'customerGroup'>;
  billing: Pick<BillingRecord, 'plan' | 'entitlements'> | undefined;
  overrides: FlagOverridesRecord | undefined;
}

/** Whom flags are decided for, by the records: a member, or the owner of a key, which sees what its owner does. */
export function flagCaller(asked: Asked, { accounts, billing, overrides }: Place): FlagCaller {
  const { tenantId, memberId, member, nowS } = asked;
  return {
    facts: {
      tenantId,
      role: rolesHeld(asked.accounts, member, nowS),
      group: member.groups,
      user: memberId,
      customerGroup: accounts.customerGroup,
      plan: billing?.plan ?? '',
    },
    entitlements: new Set(billing?.entitlements),
    overrides,
    nowS,
  };
}
