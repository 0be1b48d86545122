import { audit, callerParty } from '../audit/audit.service.ts';
import type { Context } from '../context.ts';

/** Writes down that a change of a flag was refused, in the log of whoever asked; nothing else is written then. */
export function auditRefused<Refusal>(
  ctx: Context,
  key: string,
  reason: string,
  refusal: Refusal,
): Promise<Refusal> {
  return ctx.transaction(async (transaction) => {
    const targets = [{ kind: 'flag', id: key.slice(0, 40) } as const];
    await audit(ctx, transaction, {
      action: 'flag.refused',
      actor: callerParty(ctx),
      targets,
      detail: { reason },
    });
    return refusal;
  });
}
