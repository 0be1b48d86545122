import type { Transaction } from '@chorus/db/context.ts';
import { newId } from '@chorus/shared/id.ts';
import type { Services } from '../context.ts';
import { membersById } from '../members/members.queries.ts';
import { isEmail } from '../people/email.ts';
import { insertMail } from './mail.queries.ts';

/** What a mail says, and to whom. */
export interface Letter {
  /** Null is nobody: queued and dropped again, so that answers take as long where there is nobody to write to. */
  to: string | null;
  subject: string;
  text: string;
}

/** Queues a mail in the transaction of its cause: neither is there without the other. */
export async function queueMail(
  { dataKeys }: Pick<Services, 'dataKeys'>,
  { db }: Pick<Transaction, 'db'>,
  { to, subject, text }: Letter,
): Promise<void> {
  if (to !== null && !isEmail(to)) throw new Error('a mail needs an address');
  if (/\p{Cc}/u.test(subject)) throw new Error('the subject of a mail is one line');
  const id = newId();
  const content = JSON.stringify({ to, subject, text } satisfies Letter);
  await insertMail(db, id, await dataKeys.seal(db, { purpose: 'mail', owner: id }, content));
}

/** The same to a member of the transaction's tenant. */
export async function queueMailTo(
  services: Pick<Services, 'dataKeys'>,
  transaction: Transaction,
  memberId: string,
  letter: Omit<Letter, 'to'>,
): Promise<void> {
  const member = (await membersById(transaction, [memberId])).get(memberId);
  if (member !== undefined) await queueMail(services, transaction, { to: member.email, ...letter });
}
