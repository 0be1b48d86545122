import { transactionOf } from '@chorus/db/context.ts';
import type { Context } from '../context.ts';
import { audit, type Audited } from './audit.service.ts';

/** Tells of something that was refused, and so has no transaction of its own. */
export const auditRefusal = (ctx: Context, tenantId: string, event: Audited): Promise<void> =>
  transactionOf(ctx.database, tenantId, (transaction) => audit(ctx, transaction, event));
