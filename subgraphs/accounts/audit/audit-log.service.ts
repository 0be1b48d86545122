import { connection, page, type PageArguments } from '@chorus/shared/connection.ts';
import { AppError } from '@chorus/shared/errors.ts';
import type { Context } from '../context.ts';
import { listAuditEvents, type AuditFilter } from './audit.queries.ts';

const SEQUENCE = /^[1-9]\d{0,14}$/;

/** The tenant's audit log, newest first. */
export async function auditLog(ctx: Context, args: PageArguments, filter: AuditFilter) {
  ctx.require('audit.read');
  const { action, actor, from, to } = filter;
  if ([action, actor].some((text) => text?.includes('\0')))
    throw new AppError('BAD_USER_INPUT', 'filter must not contain NUL characters.');
  const asked = page(args, ctx.tenantId, ['auditLog', action, actor, from, to]);
  const before = asked.after === undefined ? undefined : sequence(asked.after);
  const rows = await listAuditEvents(ctx, filter, { limit: asked.first + 1, before });
  return connection(rows, asked, (row) => String(row.sequence));
}

/** Cursors are not signed, so what they say is checked before a database sees it. */
function sequence(text: string): number {
  if (SEQUENCE.test(text)) return Number(text);
  throw new AppError('BAD_USER_INPUT', 'after is not a cursor of this list.');
}
