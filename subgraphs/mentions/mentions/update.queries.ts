import { and, eq, sql, type SQL } from 'drizzle-orm';
import type { Scope } from '../context.ts';
import type { MentionUpdate } from './mention-update.ts';
import { mention } from './mentions.table.ts';

/** Changes mentions of the tenant; ids of others change nothing. */
export async function changeMentions({ db, tenantId }: Scope, update: MentionUpdate): Promise<void> {
  const { ids, assigneeId, tags } = update;
  await db
    .update(mention)
    .set({
      status: statusAfter(update),
      ...(assigneeId === undefined ? {} : { assigneeId }),
      ...(tags === undefined ? {} : { tags }),
      updatedAt: sql`now()`,
    })
    .where(and(eq(mention.tenantId, tenantId), sql`${mention.id} = any(${sql.param(ids)}::uuid[])`));
}

/** Assigning and taking away move a mention between open and assigned, unless the caller says where it belongs. */
function statusAfter({ status, assigneeId }: MentionUpdate): SQL {
  if (status !== undefined) return sql`${status}`;
  if (assigneeId === undefined) return sql`${mention.status}`;
  const [from, to] = assigneeId === null ? ['ASSIGNED', 'OPEN'] : ['OPEN', 'ASSIGNED'];
  return sql`case ${mention.status} when ${from} then ${to} else ${mention.status} end`;
}
