import type { Transaction } from '@chorus/db/context.ts';
import { audit, callerParty } from '../audit/audit.service.ts';
import type { Context, Scope } from '../context.ts';
import type { MemberRow } from '../members/members.table.ts';
import { rolesById } from '../roles/roles.queries.ts';
import { lockTenant, tenantChanged } from '../tenants/tenants.service.ts';
import { savePolicy } from './security-policy.queries.ts';
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
    await saveAudited(ctx, transaction, before, wanted);
    // The rest of the policy is not told to the gateway.
    if (wanted.introspection !== before.introspection) await tenantChanged(transaction);
    return wanted;
  });
}

/** Whoever needs a second factor by a role that goes needs one by the role in its place, if there is one. */
export async function replaceRoleInPolicy(
  ctx: Context,
  transaction: Transaction,
  id: string,
  instead: string | undefined,
): Promise<void> {
  const before = await policyOf(transaction);
  if (!before.mfaRoles.includes(id)) return;
  const mfaRoles = before.mfaRoles.flatMap((role) => (role === id ? (instead ?? []) : role));
  const mfaMode = mfaRoles.length === 0 ? 'optional' : before.mfaMode;
  await saveAudited(ctx, transaction, before, withSince({ ...before, mfaMode, mfaRoles }, before));
}

async function saveAudited(
  ctx: Context,
  transaction: Transaction,
  before: SecurityPolicyRow,
  after: SecurityPolicyRow,
): Promise<void> {
  await savePolicy(transaction, after);
  const about = { actor: callerParty(ctx), targets: [{ kind: 'tenant', id: ctx.tenantId } as const] };
  const [was, is] = [told(before), told(after)];
  await audit(ctx, transaction, { action: 'security-policy.updated', ...about, before: was, after: is });
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
  const same = wanted.mfaMode === before.mfaMode && mfaRoles.every((role) => before.mfaRoles.includes(role));
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
  return named && (await rolesById(scope, mfaRoles)).size === mfaRoles.length ? undefined : 'mfaRoles';
}

const told = ({
  mfaMode,
  mfaRoles,
  graceDays,
  sessionIdleS,
  sessionLifetimeS,
  introspection,
}: SecurityPolicyRow) => ({ mfaMode, mfaRoles, graceDays, sessionIdleS, sessionLifetimeS, introspection });
