import type { Context } from '../context.ts';
import { membersById } from '../members/members.queries.ts';
import { rulesNow } from '../records/records.service.ts';
import { signInRequirements } from '../security-policy/sign-in-requirements.service.ts';
import { tenantsById } from '../tenants/tenants.queries.ts';

export type Admission = NonNullable<Awaited<ReturnType<typeof admission>>>;

/** An active member's place in an active tenant, and what the tenant wants of them now; all in one flight. */
export async function admission(
  ctx: Context,
  { tenantId, memberId, mfaAt }: { tenantId: string; memberId: string; mfaAt: number | null },
) {
  const scope = { db: ctx.database.batched(tenantId), tenantId };
  const [members, tenants, rules, wanted] = await Promise.all([
    membersById(scope, [memberId]),
    tenantsById(scope, [tenantId]),
    rulesNow(scope, memberId),
    signInRequirements(scope, memberId, mfaAt),
  ]);
  const [member, tenant] = [members.get(memberId), tenants.get(tenantId)];
  if (member?.active !== true || tenant?.active !== true) return undefined;
  return { member, tenant, rules, wanted };
}
