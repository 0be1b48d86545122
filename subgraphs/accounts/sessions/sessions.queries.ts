import { and, eq, isNull, sql } from 'drizzle-orm';
import type { Scope } from '../context.ts';
import { session } from './sessions.table.ts';

export type NewSession = Omit<typeof session.$inferInsert, 'tenantId' | 'counter' | 'rotatedAt' | 'endedAt'>;

/** False when a session of that id began before, which is how a challenge is good for one session only. */
export async function insertSession({ db, tenantId }: Scope, begun: NewSession): Promise<boolean> {
  const rows = await db
    .insert(session)
    .values({ ...begun, tenantId })
    .onConflictDoNothing()
    .returning({ id: session.id });
  return rows.length === 1;
}

/** A session as a refresh token finds it; times are seconds, ages by the database's clock. */
export interface FoundSession {
  tenantId: string;
  sessionId: string;
  memberId: string;
  family: string;
  counter: number;
  amr: string[];
  authTime: number;
  mfaAt: number | null;
  expiresAt: number;
  sinceRotation: number;
  /** Neither ended nor expired, and member and tenant are active. */
  live: boolean;
  demo: boolean;
  /** Of the person's password, by the same look at the database as `live`. */
  passwordSalt: string;
}

/** Asked before the tenant is known. */
export async function findSession(db: Scope['db'], sessionId: string): Promise<FoundSession | undefined> {
  const [row] = await db.execute<FoundSession & Record<string, unknown>>(sql`
    select tenant_id as "tenantId", session_id as "sessionId", member_id as "memberId", family, counter, amr,
      auth_time as "authTime", mfa_at as "mfaAt", expires_at as "expiresAt",
      since_rotation as "sinceRotation", live, demo, password_salt as "passwordSalt"
    from find_session(${sessionId}::uuid)`);
  return row;
}

/** True for exactly one of any number of calls with the same counter. */
export async function rotateSession({ db, tenantId }: Scope, id: string, counter: number): Promise<boolean> {
  const rows = await db
    .update(session)
    .set({ counter: counter + 1, rotatedAt: sql`now()` })
    .where(
      and(
        eq(session.tenantId, tenantId),
        eq(session.id, id),
        eq(session.counter, counter),
        isNull(session.endedAt),
      ),
    )
    .returning({ id: session.id });
  return rows.length === 1;
}

/** Makes the session surer of its member, and its refresh token a new one; undefined when it is over. */
export async function raiseSession(
  { db, tenantId }: Scope,
  id: string,
  proven: { amr: string[]; mfaAt: Date },
) {
  const [raised] = await db
    .update(session)
    .set({ ...proven, counter: sql`${session.counter} + 1`, rotatedAt: sql`now()` })
    .where(and(eq(session.tenantId, tenantId), eq(session.id, id), isNull(session.endedAt)))
    .returning({
      family: session.family,
      counter: session.counter,
      authTime: session.authTime,
      expiresAt: session.expiresAt,
    });
  return raised;
}

/** Whose it was; undefined when it had ended before. */
export async function markEnded({ db, tenantId }: Scope, id: string): Promise<string | undefined> {
  const [ended] = await db
    .update(session)
    .set({ endedAt: sql`now()` })
    .where(and(eq(session.tenantId, tenantId), eq(session.id, id), isNull(session.endedAt)))
    .returning({ memberId: session.memberId });
  return ended?.memberId;
}
