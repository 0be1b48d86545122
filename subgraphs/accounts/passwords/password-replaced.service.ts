import type { Transaction } from '@chorus/db/context.ts';
import type { Context } from '../context.ts';
import { queueMail } from '../mail/mail.service.ts';
import { passwordChangedMail } from '../mail/templates.ts';
import { findPerson } from '../people/people.queries.ts';
import { endSessionsOf } from '../sessions/person-sessions.service.ts';

/**
 * What follows a new password, in the transaction that saves it: sessions end in every tenant, each tenant's log tells
 * of it, and the person gets a mail. Answers how many sessions ended.
 */
export async function passwordReplaced(
  ctx: Context,
  transaction: Transaction,
  personId: string,
  replaced: { action: 'password.changed' | 'password.reset'; but: string | null },
): Promise<number> {
  const person = await findPerson(transaction.db, { id: personId });
  if (person === undefined) throw new Error('a person without a place among people');
  const ended = await endSessionsOf(ctx, transaction, person, replaced);
  const letter = passwordChangedMail(replaced.but === null ? 'all' : 'other');
  await queueMail(ctx.services, transaction, { to: person.email, ...letter });
  return ended;
}
