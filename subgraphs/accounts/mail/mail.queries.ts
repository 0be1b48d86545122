import { eq, sql } from 'drizzle-orm';
import type { Scope } from '../context.ts';
import { mail } from './mail.table.ts';

type Db = Scope['db'];

/** A mail whose turn it is. */
export interface DueMail {
  id: string;
  sealed: string;
  createdAt: Date;
  /** How often sending it failed so far. */
  attempts: number;
}

export async function insertMail(db: Db, id: string, sealed: string): Promise<void> {
  await db.execute(sql`select queue_mail(${id}::uuid, ${sealed}::text)`);
}

/** As the worker role: the mail that waits longest, out of reach of other senders until the transaction ends. */
export async function takeDueMail(db: Db): Promise<DueMail | undefined> {
  const [due] = await db
    .select({ id: mail.id, sealed: mail.sealed, createdAt: mail.createdAt, attempts: mail.attempts })
    .from(mail)
    .where(sql`${mail.nextAt} <= now()`)
    .orderBy(mail.nextAt)
    .limit(1)
    .for('update', { skipLocked: true });
  return due;
}

export async function deleteMail(db: Db, id: string): Promise<void> {
  await db.delete(mail).where(eq(mail.id, id));
}

/** Counts a failure; the next try comes `pauseS` seconds from now. */
export async function postponeMail(db: Db, id: string, pauseS: number): Promise<void> {
  await db
    .update(mail)
    .set({ attempts: sql`${mail.attempts} + 1`, nextAt: sql`now() + make_interval(secs => ${pauseS}::int)` })
    .where(eq(mail.id, id));
}
