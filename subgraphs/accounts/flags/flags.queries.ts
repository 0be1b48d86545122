import type { StoredFlag } from '@chorus/shared/flags/records.ts';
import { and, asc, count, desc, eq, getTableColumns, inArray, sql } from 'drizzle-orm';
import type { Scope } from '../context.ts';
import { flag, flagVersion, type FlagInfoRow, type FlagVersionRow } from './flags.table.ts';

export const UNUSED_DAYS = 30;
const MOST_VERSIONS = 100;

export const listFlags = ({ db }: Scope): Promise<FlagInfoRow[]> =>
  db.select().from(flag).orderBy(asc(flag.key));

/** What decides, and nothing else. */
export const storedFlags = async ({ db }: Scope): Promise<Record<string, StoredFlag>> => {
  const rows = await db
    .select({ key: flag.key, version: flag.version, definition: flag.definition, killedAt: flag.killedAt })
    .from(flag);
  return Object.fromEntries(
    rows.map(({ key, version, definition, killedAt }) => [
      key,
      { version, definition, killed: killedAt !== null },
    ]),
  );
};

export async function flagWithKey({ db }: Scope, key: string): Promise<FlagInfoRow | undefined> {
  const [row] = await db.select().from(flag).where(eq(flag.key, key));
  return row;
}

/** A new flag, or its next version. */
export async function saveFlag({ db }: Scope, row: Pick<FlagInfoRow, 'key' | 'version' | 'definition'>) {
  const { version, definition } = row;
  const [saved] = await db
    .insert(flag)
    .values(row)
    .onConflictDoUpdate({ target: flag.key, set: { version, definition } })
    .returning();
  if (saved === undefined) throw new Error('the flag was not saved');
  return saved;
}

export async function saveVersion({ db }: Scope, row: typeof flagVersion.$inferInsert): Promise<void> {
  await db.insert(flagVersion).values(row);
}

/** The newest first, each with the definition before it. */
export const listVersions = ({ db }: Scope, key: string): Promise<FlagVersionRow[]> =>
  db
    .select({
      ...getTableColumns(flagVersion),
      before: sql<
        FlagVersionRow['before']
      >`lag(${flagVersion.definition}) over (order by ${flagVersion.version})`,
    })
    .from(flagVersion)
    .where(eq(flagVersion.key, key))
    .orderBy(desc(flagVersion.version))
    .limit(MOST_VERSIONS);

export async function versionOf({ db }: Scope, key: string, version: number) {
  const [row] = await db
    .select()
    .from(flagVersion)
    .where(and(eq(flagVersion.key, key), eq(flagVersion.version, version)));
  return row;
}

/** Null lets it be again. */
export async function saveKill({ db }: Scope, key: string, reason: string | null): Promise<void> {
  await db
    .update(flag)
    .set({ killedAt: reason === null ? null : sql`now()`, killReason: reason })
    .where(eq(flag.key, key));
}

export async function countFlags({ db }: Scope): Promise<number> {
  const [row] = await db.select({ total: count() }).from(flag);
  return row?.total ?? 0;
}

/** New ones have to be there for as long before they count as unused. */
export const listUnused = ({ db }: Scope): Promise<FlagInfoRow[]> =>
  db
    .select()
    .from(flag)
    .where(
      and(
        eq(flag.inSchema, false),
        sql`coalesce(${flag.lastEvaluatedAt}, ${flag.createdAt}) < now() - make_interval(days => ${UNUSED_DAYS}::int)`,
      ),
    )
    .orderBy(asc(flag.key));

export async function markEvaluated({ db }: Scope, keys: readonly string[], at: Date): Promise<void> {
  await db
    .update(flag)
    .set({ lastEvaluatedAt: sql`greatest(${flag.lastEvaluatedAt}, ${at.toISOString()}::timestamptz)` })
    .where(inArray(flag.key, [...keys]));
}

/** Exactly these are named by the schema. */
export async function markInSchema({ db }: Scope, keys: readonly string[]): Promise<void> {
  const isNamed = sql`${flag.key} = any(${sql.param([...keys])}::text[])`;
  await db
    .update(flag)
    .set({ inSchema: isNamed })
    .where(sql`${flag.inSchema} is distinct from (${isNamed})`);
}

/** Whether nobody has defined it yet. */
export async function insertFlag(
  { db }: Scope,
  row: Pick<FlagInfoRow, 'key' | 'definition'>,
): Promise<boolean> {
  const rows = await db
    .insert(flag)
    .values({ ...row, version: 1 })
    .onConflictDoNothing()
    .returning({ key: flag.key });
  return rows.length > 0;
}
