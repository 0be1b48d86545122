import { eq, sql } from 'drizzle-orm';
import type { Scope } from '../context.ts';
import { securityPolicy, type SecurityPolicyRow } from './security-policy.table.ts';

/** Undefined for a tenant that never changed it. */
export async function findPolicy({ db, tenantId }: Scope): Promise<SecurityPolicyRow | undefined> {
  const [row] = await db.select().from(securityPolicy).where(eq(securityPolicy.tenantId, tenantId));
  return row;
}

export async function savePolicy(
  { db, tenantId }: Scope,
  policy: Omit<SecurityPolicyRow, 'tenantId'>,
): Promise<void> {
  await db
    .insert(securityPolicy)
    .values({ ...policy, tenantId })
    .onConflictDoUpdate({ target: securityPolicy.tenantId, set: policy });
}

/** What a member's second factor is judged by. */
export interface Standing {
  /** Milliseconds since 1970. */
  joinedAt: number;
  totp: boolean;
  recoveryCodesLeft: number;
}

export async function standingOf({ db, tenantId }: Scope, memberId: string): Promise<Standing | undefined> {
  const [row] = await db.execute<Standing & Record<string, unknown>>(sql`
    select extract(epoch from joined_at)::float8 * 1000 as "joinedAt", totp, recovery_codes as "recoveryCodesLeft"
    from member, find_factors(person_id)
    where tenant_id = ${tenantId}::uuid and id = ${memberId}::uuid`);
  return row;
}
