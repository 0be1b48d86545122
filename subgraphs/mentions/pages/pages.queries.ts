import { and, asc, desc, eq, gte, lt, sql } from 'drizzle-orm';
import type { Scope } from '../context.ts';
import { page, type PageRow } from './pages.table.ts';

/** The last character there is; everything that begins with a prefix sorts before the prefix followed by it. */
const LAST_CHARACTER = '\u{10FFFF}';

/** A range of the index instead of LIKE, which a plan for any parameter cannot turn into one. */
export const popularPages = ({ db, tenantId }: Scope, prefix: string, first: number): Promise<PageRow[]> =>
  db
    .select()
    .from(page)
    .where(
      and(eq(page.tenantId, tenantId), gte(page.handle, prefix), lt(page.handle, prefix + LAST_CHARACTER)),
    )
    .orderBy(desc(page.mentions), asc(page.handle), asc(page.id))
    .limit(first);

/** Pages that are not the tenant's are missing. */
export async function pagesById({ db, tenantId }: Scope, ids: readonly string[]) {
  const rows = await db
    .select()
    .from(page)
    .where(and(eq(page.tenantId, tenantId), sql`${page.id} = any(${sql.param(ids)}::uuid[])`));
  return new Map(rows.map((row) => [row.id, row]));
}
