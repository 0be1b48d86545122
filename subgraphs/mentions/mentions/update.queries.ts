import { and, eq, sql, type SQL } from 'drizzle-orm';
import { callerRows } from '@chorus/db/conditions.ts';
import type { CallerScope } from '../context.ts';
import type { MentionUpdate } from './mention-update.ts';
import { mentionColumns } from './mentions.queries.ts';
import { mention } from './mentions.table.ts';

/** Changes what the caller may manage and answers which mentions that were. */
export async function changeMentions(scope: CallerScope, update: MentionUpdate): Promise<Set<string>> {
  const { ids, assigneeId, tags } = update;
  const changed = await scope.db
    .update(mention)
    .set({
      status: statusAfter(update),
      ...(assigneeId === undefined ? {} : { assigneeId }),
      ...(tags === undefined ? {} : { tags }),
      updatedAt: sql`now()`,
    })
    .where(
      and(
        eq(mention.tenantId, scope.tenantId),
        sql`${mention.id} = any(${sql.param(ids)}::uuid[])`,
        callerRows(scope, 'mentions.manage', mentionColumns),
      ),
    )
    .returning({ id: mention.id });
  return new Set(changed.map(({ id }) => id));
}

/** Assigning and taking away move a mention between open and assigned, unless the caller says where it belongs. */
function statusAfter({ status, assigneeId }: MentionUpdate): SQL {
  if (status !== undefined) return sql`${status}`;
  if (assigneeId === undefined) return sql`${mention.status}`;
  const [from, to] = assigneeId === null ? ['ASSIGNED', 'OPEN'] : ['OPEN', 'ASSIGNED'];
  return sql`case ${mention.status} when ${from} then ${to} else ${mention.status} end`;
}
