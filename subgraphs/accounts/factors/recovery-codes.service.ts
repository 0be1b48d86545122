import { transactionOf } from '@chorus/db/context.ts';
import { requireSecondFactor } from '@chorus/shared/assurance.ts';
import { audit } from '../audit/audit.service.ts';
import type { Context, Scope } from '../context.ts';
import { queueMailTo } from '../mail/mail.service.ts';
import { recoveryCodeUsedMail } from '../mail/templates.ts';
import { callingMember } from '../members/calling-member.service.ts';
import { findFactors } from './factors.queries.ts';
import { newRecoveryCodes, recoveryCodeHmac } from './recovery-codes.ts';
import { replaceRecoveryCodes, useRecoveryCode } from './recovery-codes.queries.ts';

/** How old a second factor may be for what changes factors. */
export const FRESH_S = 900;

/** Whether the code is the person's, and unused until now; then they are told how many are left. */
export function takeRecoveryCode(
  ctx: Context,
  { tenantId, memberId, personId }: { tenantId: string; memberId: string; personId: string },
  code: string,
): Promise<boolean> {
  const hmac = recoveryCodeHmac(ctx.services.secret, personId, code);
  return transactionOf(ctx.database, tenantId, async (transaction) => {
    if (!(await useRecoveryCode(transaction.db, personId, hmac))) return false;
    const { recoveryCodesLeft } = await findFactors(transaction.db, personId);
    await queueMailTo(ctx.services, transaction, memberId, recoveryCodeUsedMail(recoveryCodesLeft));
    return true;
  });
}

/** New codes instead of all before, to be shown once; undefined for somebody without a factor. */
export async function giveRecoveryCodes(
  ctx: Context,
  scope: Scope,
  personId: string,
): Promise<string[] | undefined> {
  const codes = newRecoveryCodes();
  const plain = codes.map((code) => code.replaceAll('-', ''));
  const hmacs = plain.map((code) => recoveryCodeHmac(ctx.services.secret, personId, code));
  return (await replaceRecoveryCodes(scope, personId, hmacs)) ? codes : undefined;
}

export async function regenerateRecoveryCodes(ctx: Context): Promise<string[] | 'not-enrolled'> {
  const { id, personId } = await callingMember(ctx);
  requireSecondFactor(ctx.identity, FRESH_S);
  const party = { kind: 'member', id } as const;
  return ctx.transaction(async (transaction) => {
    const codes = await giveRecoveryCodes(ctx, transaction, personId);
    if (codes === undefined) return 'not-enrolled';
    await audit(ctx, transaction, { action: 'recovery-codes.replaced', actor: party, targets: [party] });
    return codes;
  });
}
