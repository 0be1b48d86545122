import { isId } from '@chorus/shared/id.ts';
import { isSystemRole } from '@chorus/shared/permissions.ts';
import { audit } from '../audit/audit.service.ts';
import type { Context, Scope } from '../context.ts';
import type { MemberRow } from '../members/members.table.ts';
import { lockTenant } from '../tenants/tenants.service.ts';
import { ownRolesAmong, savePolicy } from './security-policy.queries.ts';
import type { SecurityPolicyRow } from './security-policy.table.ts';
import { policyOf, signInRequirements } from './sign-in-requirements.service.ts';

/** What is to be different; what is left out stays. */
export type PolicyChange = Partial<Omit<SecurityPolicyRow, 'tenantId' | 'requiredSince'>>;
export type RefusedSetting = 'mfaRoles' | 'graceDays' | 'sessionIdleMinutes' | 'sessionLifetimeHours';

const HOUR_S = 3600;
const DAY_S = 24 * HOUR_S;
const MAX_ROLES = 100;

export function securityPolicy(ctx: Context): Promise<SecurityPolicyRow> {
  ctx.require('tenant.read');
  return policyOf(ctx);
}

/** Takes effect at each member's next sign-in or refresh; nobody is signed out by the change itself. */
export async function updateSecurityPolicy(
  ctx: Context,
  change: PolicyChange,
): Promise<SecurityPolicyRow | RefusedSetting> {
  ctx.require('security.manage');
  return ctx.transaction(async (transaction) => {
    await lockTenant(transaction);
    const before = await policyOf(transaction);
    const wanted = withSince({ ...before, ...change }, before);
    const refused = await refusedSetting(transaction, wanted);
    if (refused !== undefined) return refused;
    await savePolicy(transaction, wanted);
    const actor = { kind: 'member', id: ctx.identity.subject ?? '' } as const;
    const target = { kind: 'tenant', id: ctx.tenantId } as const;
    const [was, is] = [told(before), told(wanted)];
    await audit(ctx, transaction, {
      action: 'security-policy.updated',
      actor,
      targets: [target],
      before: was,
      after: is,
    });
    return wanted;
  });
}

/** By when the member must have a second factor; undefined for those who have one or need none. */
export async function enrolBy(ctx: Context, { tenantId, id }: MemberRow): Promise<Date | undefined> {
  const scope = { db: ctx.database.batched(tenantId), tenantId };
  const { factors, enrolBy: by } = await signInRequirements(scope, id, null);
  return factors.totp ? undefined : by;
}

/** Grace begins anew when somebody else may be meant than before. */
function withSince(wanted: SecurityPolicyRow, before: SecurityPolicyRow): SecurityPolicyRow {
  const mfaRoles = wanted.mfaMode === 'required-for-roles' ? [...new Set(wanted.mfaRoles)].toSorted() : [];
  const meant = ({ mfaMode, mfaRoles: roles }: SecurityPolicyRow) => JSON.stringify([mfaMode, roles]);
  const same = meant({ ...wanted, mfaRoles }) === meant(before);
  const required = wanted.mfaMode === 'required' || wanted.mfaMode === 'required-for-roles';
  const since = same ? before.requiredSince : new Date();
  return { ...wanted, mfaRoles, requiredSince: required ? since : null };
}

async function refusedSetting(scope: Scope, policy: SecurityPolicyRow): Promise<RefusedSetting | undefined> {
  const { mfaMode, mfaRoles, graceDays, sessionIdleS, sessionLifetimeS } = policy;
  const between = (value: number, least: number, most: number) => value >= least && value <= most;
  if (!between(graceDays, 0, 30)) return 'graceDays';
  if (!between(sessionIdleS, HOUR_S / 4, 30 * DAY_S)) return 'sessionIdleMinutes';
  if (!between(sessionLifetimeS, HOUR_S, 90 * DAY_S)) return 'sessionLifetimeHours';
  if (mfaMode !== 'required-for-roles') return undefined;
  const named = between(mfaRoles.length, 1, MAX_ROLES);
  return named && (await allKnown(scope, mfaRoles)) ? undefined : 'mfaRoles';
}

async function allKnown(scope: Scope, roles: readonly string[]): Promise<boolean> {
  const own = roles.filter((role) => !isSystemRole(role));
  if (!own.every(isId)) return false;
  return own.length === 0 || (await ownRolesAmong(scope, own)).length === own.length;
}

const told = ({ mfaMode, mfaRoles, graceDays, sessionIdleS, sessionLifetimeS }: SecurityPolicyRow) => ({
  mfaMode,
  mfaRoles,
  graceDays,
  sessionIdleS,
  sessionLifetimeS,
});
