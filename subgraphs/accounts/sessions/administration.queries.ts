import { and, desc, eq, isNull, ne, sql } from 'drizzle-orm';
import type { Scope } from '../context.ts';
import { session, type SessionInfoRow } from './sessions.table.ts';

/** Where a page of the list goes on. */
export type SessionPosition = Pick<SessionInfoRow, 'authTime' | 'id'>;

/** Neither ended nor expired, and used within the time a session may idle. */
const live = (idleS: number) =>
  and(
    isNull(session.endedAt),
    sql`${session.expiresAt} > now()`,
    sql`${session.rotatedAt} > now() - make_interval(secs => ${idleS}::int)`,
  );

export function listSessions(
  { db, tenantId }: Scope,
  {
    memberId,
    idleS,
    limit,
    after,
  }: { memberId: string; idleS: number; limit: number; after: SessionPosition | undefined },
): Promise<SessionInfoRow[]> {
  const behind =
    after === undefined
      ? undefined
      : sql`(${session.authTime}, ${session.id}) < (${after.authTime.toISOString()}::timestamptz, ${after.id}::uuid)`;
  return db
    .select()
    .from(session)
    .where(and(eq(session.tenantId, tenantId), eq(session.memberId, memberId), live(idleS), behind))
    .orderBy(desc(session.authTime), desc(session.id))
    .limit(limit);
}

/** Whose it is, or was. */
export async function sessionOwner({ db, tenantId }: Scope, id: string): Promise<string | undefined> {
  const [row] = await db
    .select({ memberId: session.memberId })
    .from(session)
    .where(and(eq(session.tenantId, tenantId), eq(session.id, id)));
  return row?.memberId;
}

/** A member's sessions to end: one, all but one, or all. */
export interface Ending {
  memberId: string;
  only?: string;
  except?: string;
}

/** The ids of those that ended now, idle ones too: a longer limit must not bring them back. */
export async function endSessions(
  { db, tenantId }: Scope,
  { memberId, only, except }: Ending,
): Promise<string[]> {
  const rows = await db
    .update(session)
    .set({ endedAt: sql`now()` })
    .where(
      and(
        eq(session.tenantId, tenantId),
        eq(session.memberId, memberId),
        isNull(session.endedAt),
        sql`${session.expiresAt} > now()`,
        only === undefined ? undefined : eq(session.id, only),
        except === undefined ? undefined : ne(session.id, except),
      ),
    )
    .returning({ id: session.id });
  return rows.map(({ id }) => id);
}
