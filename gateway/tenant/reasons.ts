import { explainer } from '@chorus/shared/explain.ts';
import type { Asked } from '@chorus/shared/caller-rules.ts';
import type { HeldGrant } from '@chorus/shared/held-grants.ts';
import { isTenantPermission, type Permission } from '@chorus/shared/permissions.ts';
import { memberRecordKind, type AccountsRecord, type MemberRecord } from '@chorus/shared/records.ts';
import type { CallerReasons, DecidingGrant, FlagReason, NamedGrant } from '../explanation.ts';
import type { KeyCaller, Rights } from '../caller.ts';
import type { Tenanted } from '../request.ts';
import type { Records } from './records.ts';

/** Which of a caller's grants decide, by the records its rights were made from. */
export const recordReasons =
  (records: Records) =>
  async ({ caller, rights }: Tenanted): Promise<CallerReasons> => {
    const flag = flagReason(rights);
    if (caller.kind !== 'member' && caller.kind !== 'key') return { flag, grant: () => undefined };
    const { tenantId } = caller;
    const memberId = caller.kind === 'key' ? caller.owner : caller.subject;
    const accounts = (await records.get('accounts', tenantId))?.body as AccountsRecord | undefined;
    const member = (await records.get(memberRecordKind(memberId), tenantId))?.body as
      | MemberRecord
      | undefined;
    if (accounts === undefined || member === undefined) return { flag, grant: () => undefined };
    const asked = { tenantId, accounts, member, memberId, nowS: Date.now() / 1000 };
    return {
      flag,
      grant: (scope) => {
        if (!isTenantPermission(scope)) return undefined;
        return caller.kind === 'key' ? ofKey(caller, asked, scope) : ofMember(asked, scope);
      },
    };
  };

/** A token says itself what it is good for. */
export const tokenReasons = ({ rights }: Tenanted): CallerReasons => ({
  grant: (scope) => (rights.scopes.has(scope) ? { scope } : undefined),
  flag: flagReason(rights),
});

/** What decided about a flag; nothing about one that nobody defines. */
const flagReason =
  ({ decision }: Rights) =>
  (flag: string): FlagReason => {
    const { layer = 'none', rule } = decision(flag) ?? {};
    return { layer, ...(rule !== undefined && { rule }) };
  };

function ofMember(asked: Asked, scope: Permission): DecidingGrant | undefined {
  const grant = decidingFor(asked, scope);
  return grant && { scope, ...grant };
}

/** A key may do what it was given, as far as its owner may. */
function ofKey({ scopes, roles }: KeyCaller, asked: Asked, scope: Permission): DecidingGrant | undefined {
  const owner = decidingFor(asked, scope);
  const byRole = decidingFor({ ...asked, member: { roles: [...roles], groups: [] } }, scope);
  const byScope: NamedGrant | undefined = scopes.includes(scope) ? { effect: 'allow' } : undefined;
  // A role that denies outweighs a scope.
  const given = byRole?.effect === 'deny' ? byRole : (byScope ?? byRole);
  if (given === undefined && owner === undefined) return undefined;
  return { scope, ...given, ...(owner === undefined ? {} : { owner }) };
}

function decidingFor(asked: Asked, scope: Permission): NamedGrant | undefined {
  const { grant } = explainer(asked, scope).decide();
  return grant && named(grant, asked);
}

const named = ({ role, effect, id }: HeldGrant, { accounts }: Asked): NamedGrant => ({
  role: Object.hasOwn(accounts.roles, role) ? (accounts.roles[role]?.name ?? role) : role,
  effect,
  id,
});
