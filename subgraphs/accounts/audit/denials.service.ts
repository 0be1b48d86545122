import type { Transaction } from '@chorus/db/context.ts';
import { tellDenials, type AccessDenied } from '@chorus/db/denials.ts';
import type { Context } from '../context.ts';
import { auditTold } from './audit.service.ts';

/** Writes down what a request to accounts itself was denied. */
export const auditDenials = (ctx: Context): Promise<void> => tellDenials(ctx, auditDenial);

/** The same for a request to another service, which tells it by an event. */
export const auditDenial = (
  transaction: Transaction,
  { actor, permission, reason, origin }: AccessDenied,
  id: string,
): Promise<void> =>
  auditTold(transaction, id, { action: 'access.denied', actor, detail: { permission, reason } }, origin);
