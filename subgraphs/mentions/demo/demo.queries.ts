import { and, eq, sql } from 'drizzle-orm';
import type { Scope } from '../context.ts';
import { mention } from '../mentions/mentions.table.ts';
import { post, type PostSource } from '../posts/posts.table.ts';
import type { Triage } from './triage.ts';

export async function isStored(
  { db, tenantId }: Scope,
  source: PostSource,
  externalId: string,
): Promise<boolean> {
  const rows = await db
    .select({ id: post.id })
    .from(post)
    .where(and(eq(post.tenantId, tenantId), eq(post.source, source), eq(post.externalId, externalId)));
  return rows.length > 0;
}

/** Puts mentions in the state the demo begins with. */
export async function presetMentions({ db, tenantId }: Scope, triage: readonly Triage[]): Promise<void> {
  await db.execute(sql`
    update ${mention} set status = preset.status, assignee_id = preset.assignee, tags = preset.tags
    from json_to_recordset(${JSON.stringify(triage)}::text::json)
      as preset (id uuid, status text, assignee uuid, tags text[])
    where tenant_id = ${tenantId} and mention.id = preset.id`);
}
