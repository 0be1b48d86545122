import { transactionOf } from '@chorus/db/context.ts';
import { newId } from '@chorus/shared/id.ts';
import { audit, NO_TENANT } from '../audit/audit.service.ts';
import { auditRefusal } from '../audit/refusal.service.ts';
import type { Context } from '../context.ts';
import { linkWith, newMailToken, parseMailToken } from '../mail/mail-token.ts';
import { queueMail } from '../mail/mail.service.ts';
import { passwordResetMail } from '../mail/templates.ts';
import { normalisedEmail } from '../people/email.ts';
import { passwordWeakness, type PasswordWeakness } from '../people/password-rules.ts';
import { hashPassword } from '../people/passwords.ts';
import { findPerson } from '../people/people.queries.ts';
import { accountOf, mailedTokenAttempt, resetRequestAttempt } from '../throttling/attempts.service.ts';
import { passwordReplaced } from './password-replaced.service.ts';
import { findPasswordReset, openPasswordReset, spendPasswordReset } from './passwords.queries.ts';
import type { Replaced } from './passwords.service.ts';

const LIFETIME_S = 30 * 60;

/** Nobody learns whether somebody has the address: whatever is done for a person is done for nobody as well. */
export async function requestPasswordReset(ctx: Context, email: string, staff = false): Promise<void> {
  const address = normalisedEmail(email);
  if (address === undefined || !(await resetRequestAttempt(ctx, accountOf(address, staff))).open) return;
  const found = await findPerson(ctx.database.statements(null), { email: address, staff });
  const person = found?.demo === true && ctx.services.production ? undefined : found;
  const { token, ...key } = newMailToken(newId());
  const letter = passwordResetMail(linkWith(ctx.services.appUrl, 'reset-password', token), LIFETIME_S / 60);

  const [place] = person?.places ?? [];
  await transactionOf(ctx.database, place?.tenantId ?? NO_TENANT, async (transaction) => {
    await openPasswordReset(transaction.db, person?.personId ?? null, key, LIFETIME_S);
    await queueMail(ctx.services, transaction, { to: person === undefined ? null : address, ...letter });
    await audit(ctx, transaction, {
      action: 'password.reset-requested',
      actor: { kind: 'unknown' },
      targets: place === undefined ? [] : [{ kind: 'member', id: place.memberId }],
    });
  });
}

/**
 * A password that is weak for anybody is refused before the token is looked at, and a token that is not good before
 * anything is hashed: how long that takes tells of the token only, which nobody can guess.
 */
export async function resetPassword(
  ctx: Context,
  { token, newPassword }: { token: string; newPassword: string },
): Promise<Replaced | PasswordWeakness | 'refused'> {
  const weakness = passwordWeakness(newPassword, []);
  if (weakness !== undefined) return weakness;
  const attempt = await mailedTokenAttempt(ctx);
  if (!attempt.open) return 'refused';
  const outcome = await spend(ctx, token, newPassword);
  if (outcome === 'refused') await auditRefusal(ctx, 'password.reset-refused', 'mailed-token');
  else await attempt.succeeded();
  return outcome;
}

async function spend(ctx: Context, token: string, newPassword: string) {
  const db = ctx.database.statements(null);
  const key = parseMailToken(token);
  const personId = key && (await findPasswordReset(db, key));
  const person = personId === undefined ? undefined : await findPerson(db, { id: personId });
  if (key === undefined || person === undefined) return 'refused';
  const weakness = passwordWeakness(newPassword, person.words);
  if (weakness !== undefined) return weakness;

  const passwordHash = await hashPassword(newPassword);
  return transactionOf(ctx.database, NO_TENANT, async (transaction) => {
    const whose = await spendPasswordReset(transaction.db, key, passwordHash);
    if (whose === undefined) return 'refused';
    const all = { action: 'password.reset', but: null } as const;
    return { endedSessions: await passwordReplaced(ctx, transaction, whose, all) };
  });
}
