import { auditRefusal } from '../audit/refusal.service.ts';
import type { Context } from '../context.ts';
import { callingMember } from '../members/calling-member.service.ts';
import { findPerson } from '../people/people.queries.ts';
import { provePassword } from '../people/people.service.ts';
import { passwordWeakness, type PasswordWeakness } from '../people/password-rules.ts';
import { hashPassword } from '../people/passwords.ts';
import { passwordReplaced } from './password-replaced.service.ts';
import { accountOf } from '../throttling/attempts.service.ts';
import { changePasswordHash } from './passwords.queries.ts';

/** A password that was replaced. */
export interface Replaced {
  endedSessions: number;
}

/** The session that asks goes on; all others of the person end. */
export async function changePassword(
  ctx: Context,
  { currentPassword, newPassword }: { currentPassword: string; newPassword: string },
): Promise<Replaced | PasswordWeakness | 'refused'> {
  const { tenantId, id: memberId, personId } = await callingMember(ctx);
  const person = await findPerson(ctx.db, { id: personId });
  if (person === undefined) return 'refused';
  const weakness = passwordWeakness(newPassword, person.words);
  if (weakness !== undefined) return weakness;

  const account = accountOf(person.email, ctx.identity.kind === 'staff');
  const proof = await provePassword(ctx, account, currentPassword, person.passwordHash);
  if (proof === 'wrong') await auditRefusal(ctx, 'password.refused', 'password', { tenantId, memberId });
  if (proof !== 'right') return 'refused';

  const change = { from: person.passwordHash, to: await hashPassword(newPassword) };
  return ctx.transaction(async (transaction) => {
    if (!(await changePasswordHash(transaction.db, personId, change))) return 'refused';
    const kept = { action: 'password.changed', but: ctx.identity.sessionId } as const;
    return { endedSessions: await passwordReplaced(ctx, transaction, personId, kept) };
  });
}
