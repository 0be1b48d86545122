import { inTenant, type Transaction } from '@chorus/db/context.ts';
import { audit } from '../audit/audit.service.ts';
import type { Context } from '../context.ts';
import { queueMail } from '../mail/mail.service.ts';
import { passwordChangedMail } from '../mail/templates.ts';
import { findPerson } from '../people/people.queries.ts';
import { markPersonEnded } from '../sessions/sessions.queries.ts';
import { lockTenant, tenantChanged } from '../tenants/tenants.service.ts';

/**
 * What follows a new password, in the transaction that saves it: sessions end in every tenant, each tenant's log tells
 * of it, and the person gets a mail. Answers how many sessions ended.
 */
export async function passwordReplaced(
  ctx: Context,
  transaction: Transaction,
  personId: string,
  { action, but }: { action: 'password.changed' | 'password.reset'; but: string | null },
): Promise<number> {
  const person = await findPerson(transaction.db, { id: personId });
  if (person === undefined) throw new Error('a person without a place among people');
  let sum = 0;
  for (const { tenantId, memberId } of person.places) {
    const there = await inTenant(transaction, tenantId);
    await lockTenant(there);
    const ended = await markPersonEnded(there, personId, but);
    const party = { kind: 'member', id: memberId } as const;
    const after = { endedSessions: ended.length };
    await audit(ctx, there, { action, actor: party, targets: [party], after });
    if (ended.length > 0) await tenantChanged(there);
    sum += ended.length;
  }
  const letter = passwordChangedMail(but === null ? 'all' : 'other');
  await queueMail(ctx.services, transaction, { to: person.email, ...letter });
  return sum;
}
