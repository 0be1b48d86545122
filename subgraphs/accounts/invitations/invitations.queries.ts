import { and, desc, eq, isNull, lt, sql } from 'drizzle-orm';
import type { Scope } from '../context.ts';
import type { TokenKey } from '../mail/mail-token.ts';
import { invitation, type InvitationRow } from './invitations.table.ts';

/** Neither accepted nor taken back; its time may be over. */
const pending = and(isNull(invitation.acceptedAt), isNull(invitation.revokedAt));

export function listInvitations(
  { db, tenantId }: Scope,
  { limit, after }: { limit: number; after: string | undefined },
): Promise<InvitationRow[]> {
  const behind = after === undefined ? undefined : lt(invitation.id, after);
  return db
    .select()
    .from(invitation)
    .where(and(eq(invitation.tenantId, tenantId), behind))
    .orderBy(desc(invitation.id))
    .limit(limit);
}

/** The one that can still be accepted, or opened again. */
export async function pendingInvitation(
  { db, tenantId }: Scope,
  by: { id: string } | { email: string },
): Promise<InvitationRow | undefined> {
  const wanted = 'id' in by ? eq(invitation.id, by.id) : eq(invitation.email, by.email);
  const [row] = await db
    .select()
    .from(invitation)
    .where(and(eq(invitation.tenantId, tenantId), wanted, pending))
    .limit(1);
  return row;
}

/** Whether the token is that of an invitation that can be accepted now. */
export async function isOpenInvitation(
  { db, tenantId }: Scope,
  { id, tokenHash }: TokenKey,
): Promise<boolean> {
  const rows = await db
    .select({ id: invitation.id })
    .from(invitation)
    .where(
      and(
        eq(invitation.tenantId, tenantId),
        eq(invitation.id, id),
        eq(invitation.tokenHash, tokenHash),
        pending,
        sql`${invitation.expiresAt} > now()`,
      ),
    );
  return rows.length === 1;
}

export type SavedInvitation = Pick<InvitationRow, 'id' | 'email' | 'roles' | 'tokenHash' | 'invitedBy'>;

/** One that is there already gets the new token, roles and time. */
export async function saveInvitation(
  { db, tenantId }: Scope,
  { id, email, roles, tokenHash, invitedBy }: SavedInvitation,
  lifetimeS: number,
): Promise<InvitationRow> {
  const renewed = {
    roles,
    tokenHash,
    invitedBy,
    expiresAt: sql`now() + make_interval(secs => ${lifetimeS}::int)`,
  };
  const [row] = await db
    .insert(invitation)
    .values({ tenantId, id, email, ...renewed })
    .onConflictDoUpdate({ target: [invitation.tenantId, invitation.id], set: renewed })
    .returning();
  if (row === undefined) throw new Error('an invitation was not saved');
  return row;
}

/** In those that can still be accepted a role takes another's place, or with null nothing does; answers how many. */
export async function replaceRoleInInvitations(
  { db, tenantId }: Scope,
  id: string,
  instead: string | null,
): Promise<number> {
  const left = sql`array_remove(${invitation.roles}, ${id}::text)`;
  const roles = sql`case when ${instead}::text = any(${invitation.roles}) or ${instead}::text is null then ${left}
    else array_replace(${invitation.roles}, ${id}::text, ${instead}::text) end`;
  const changed = await db
    .update(invitation)
    .set({ roles })
    .where(and(eq(invitation.tenantId, tenantId), sql`${id}::text = any(${invitation.roles})`, pending))
    .returning({ id: invitation.id });
  return changed.length;
}

export async function markRevoked({ db, tenantId }: Scope, id: string): Promise<InvitationRow | undefined> {
  const [row] = await db
    .update(invitation)
    .set({ revokedAt: sql`now()` })
    .where(and(eq(invitation.tenantId, tenantId), eq(invitation.id, id), pending))
    .returning();
  return row;
}

export async function markAccepted({ db, tenantId }: Scope, id: string): Promise<void> {
  await db
    .update(invitation)
    .set({ acceptedAt: sql`now()` })
    .where(and(eq(invitation.tenantId, tenantId), eq(invitation.id, id)));
}

/** An invitation as its token finds it. */
export interface FoundInvitation {
  tenantId: string;
  id: string;
  email: string;
  roles: string[];
  invitedBy: string | null;
  /** Slug and name of the tenant. */
  words: string[];
}

/** Asked before the tenant is known. */
export async function findInvitation(
  db: Scope['db'],
  { id, tokenHash }: TokenKey,
): Promise<FoundInvitation | undefined> {
  const [row] = await db.execute<FoundInvitation & Record<string, unknown>>(sql`
    select tenant_id as "tenantId", id, email, to_json(roles) as roles, invited_by as "invitedBy",
      to_json(words) as words
    from find_invitation(${id}::uuid, ${tokenHash}::text)`);
  return row;
}
