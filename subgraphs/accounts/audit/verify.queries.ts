import { sql } from 'drizzle-orm';
import type { Scope } from '../context.ts';

type Db = Scope['db'];

/** The log of one tenant; without a slug of a tenant that is gone, or of nobody. */
export interface AuditChain extends Record<string, unknown> {
  tenantId: string;
  slug: string | null;
}

/** As the worker role: every log there is. */
export async function auditChains(db: Db): Promise<AuditChain[]> {
  return [...(await db.execute<AuditChain>(sql`select tenant_id as "tenantId", slug from audit_chains()`))];
}

/** How far a log was recomputed, or its first broken event and what is wrong with it. */
export interface VerifiedPiece extends Record<string, unknown> {
  checked: number;
  sequence: number;
  hash: string;
  eventId: string | null;
  problem: string | null;
}

/** As the worker role: recomputes at most `most` events behind the one given. */
export async function verifyPiece(
  { db, tenantId }: Scope,
  behind: Pick<VerifiedPiece, 'sequence' | 'hash'>,
  most: number,
): Promise<VerifiedPiece> {
  const [row] = await db.execute<VerifiedPiece>(sql`
    select checked, last_sequence::float8 as sequence, last_hash as hash, event_id as "eventId", problem
    from verify_audit_chain(${tenantId}::uuid, ${behind.sequence}::bigint, ${behind.hash}, ${most}::int)`);
  if (row === undefined) throw new Error('the database did not verify');
  return row;
}
