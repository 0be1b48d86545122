import { connection, page, type PageArguments } from '@chorus/shared/connection.ts';
import { AppError } from '@chorus/shared/errors.ts';
import type { Context } from '../context.ts';
import { listAuditEvents, type AuditFilter } from './audit.queries.ts';

const LONGEST = 100;
const MOST_ACTIONS = 20;
const SEQUENCE = /^[1-9]\d{0,14}$/;

/** The tenant's audit log, newest first. */
export async function auditLog(ctx: Context, args: PageArguments, filter: AuditFilter) {
  ctx.require('audit.read');
  checkFilter(filter);
  const { action, actions, actor, target, from, to } = filter;
  const asked = page(args, ctx.tenantId, ['auditLog', action, actions, actor, target, from, to]);
  const before = asked.after === undefined ? undefined : sequence(asked.after);
  const rows = await listAuditEvents(ctx, filter, { limit: asked.first + 1, before });
  return connection(rows, asked, (row) => String(row.sequence));
}

function checkFilter({ action, actions, actor, target }: AuditFilter): void {
  const texts = [action, actor, target, ...(actions ?? [])].map((text) => text ?? '');
  if (texts.some((text) => text.includes('\0')))
    throw new AppError('BAD_USER_INPUT', 'filter must not contain NUL characters.');
  if (texts.some((text) => text.length > LONGEST))
    throw new AppError(
      'BAD_USER_INPUT',
      `filter must not contain more than ${LONGEST} characters in a text.`,
    );
  if ((actions ?? []).length > MOST_ACTIONS)
    throw new AppError('BAD_USER_INPUT', `actions must be at most ${MOST_ACTIONS}.`);
}

/** Cursors are not signed, so what they say is checked before a database sees it. */
function sequence(text: string): number {
  if (SEQUENCE.test(text)) return Number(text);
  throw new AppError('BAD_USER_INPUT', 'after is not a cursor of this list.');
}
