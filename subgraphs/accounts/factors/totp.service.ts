import type { Context } from '../context.ts';
import { totpStep } from './totp.ts';
import { advanceTotpStep, findTotpFactor } from './totp.queries.ts';

/** Whether the code is the person's, now, and for the first time. */
export async function takeTotpCode(ctx: Context, personId: string, code: string): Promise<boolean> {
  const db = ctx.database.statements(null);
  const factor = await findTotpFactor(db, personId);
  if (factor === undefined) return false;
  const about = { purpose: 'totp-seed', owner: personId } as const;
  const seed = await ctx.services.dataKeys.open(db, about, factor.seed);
  const step = totpStep(seed, code, factor.lastStep);
  return step !== undefined && advanceTotpStep(db, personId, step);
}
