import { deepStrictEqual as deepEqual } from 'node:assert';
import { and, eq, getTableColumns, sql, type Column, type SQL } from 'drizzle-orm';
import { boolean, doublePrecision, pgTable, serial, text, timestamp, uuid } from 'drizzle-orm/pg-core';
import fc from 'fast-check';
import { rowsAllowed } from '@chorus/db/conditions.ts';
import { Database } from '@chorus/db/database.ts';
import { withConnection } from '@chorus/db/one-connection.ts';
import type { Db } from '@chorus/db/pipeline.ts';
import { abilityOf, packedRulesOf, rowAllowed } from '@chorus/shared/ability.ts';
import type { Condition, Value } from '@chorus/shared/conditions.ts';
import type { Grant } from '@chorus/shared/grants.ts';
import { newId } from '@chorus/shared/id.ts';
import { fieldsOf, hideableFields, type Kind } from '@chorus/shared/subjects.ts';
import { workerDatabase } from './databases.ts';

/** Subjects that together have every kind of field. */
const PERMISSIONS = ['mentions.read', 'members.read', 'reports.read'] as const;
type JudgedPermission = (typeof PERMISSIONS)[number];

const judgedRow = pgTable('judged_row', {
  pk: serial().primaryKey(),
  run: uuid().notNull(),
  tenantId: uuid('tenant_id').notNull(),
  id: uuid(),
  trackerIds: uuid('tracker_ids').array(),
  assigneeId: uuid('assignee_id'),
  status: text(),
  tags: text().array(),
  source: text(),
  lang: text(),
  authorHandle: text('author_handle'),
  publishedAt: timestamp('published_at', { withTimezone: true }),
  email: text(),
  roles: text().array(),
  active: boolean(),
  joinedAt: timestamp('joined_at', { withTimezone: true }),
  trackerId: uuid('tracker_id'),
  count: doublePrecision(),
});
const COLUMNS = getTableColumns(judgedRow);

/** Few values, so that rows and rules often speak of the same; texts that SQL, JSON and arrays write differently. */
const [TENANT, OTHER_TENANT, ...IDS] = [newId(), newId(), newId(), newId(), newId()] as const;
const TEXTS = ['', 'a', 'A', 'a,b', '{a}', `it's "\\`, 'NULL', '😀', 'ｆ'];
const MOMENTS = ['1969-12-31T23:59:59.999', '2026-01-01T00:00:00.000', '2026-01-01T00:00:00.001'];
export const POOLS: Record<Kind, readonly Value[]> = {
  id: IDS,
  ids: IDS,
  text: TEXTS,
  texts: TEXTS,
  number: [-1.5, 0, 0.1, 7, 1e21],
  time: MOMENTS.map((moment) => `${moment}Z`),
  flag: [true, false],
};

const OPERATORS: Record<Kind, readonly Condition['op'][]> = {
  id: ['eq', 'ne', 'in', 'nin'],
  ids: ['eq', 'ne', 'in', 'nin'],
  text: ['eq', 'ne', 'in', 'nin'],
  texts: ['eq', 'ne', 'in', 'nin'],
  number: ['eq', 'ne', 'in', 'nin', 'gt', 'gte', 'lt', 'lte'],
  time: ['gt', 'gte', 'lt', 'lte'],
  flag: ['eq', 'ne'],
};

const conditionable = (permission: JudgedPermission) =>
  Object.entries(fieldsOf(permission)).map(([field, kind]) => ({ field, kind }));

const leaf = (permission: JudgedPermission): fc.Arbitrary<Condition> =>
  fc.constantFrom(...conditionable(permission)).chain(({ field, kind }) => {
    const value = fc.constantFrom(...POOLS[kind]);
    return fc.constantFrom('exists' as const, ...OPERATORS[kind]).chain((op): fc.Arbitrary<Condition> => {
      if (op === 'exists')
        return fc.record({ op: fc.constant(op), field: fc.constant(field), value: fc.boolean() });
      const values = op === 'in' || op === 'nin' ? fc.array(value, { maxLength: 3 }) : nullFor(op, value);
      return values.map((wanted) => ({ op, field, value: wanted }) as Condition);
    });
  });

const nullFor = (op: Condition['op'], value: fc.Arbitrary<Value>) =>
  op === 'eq' || op === 'ne' ? fc.option(value, { freq: 4 }) : value;

const condition = (permission: JudgedPermission) =>
  fc.letrec<{ node: Condition }>((tie) => {
    const parts = fc.array(tie('node'), { minLength: 1, maxLength: 3 });
    return {
      node: fc.oneof(
        { maxDepth: 4, withCrossShrink: true },
        { weight: 3, arbitrary: leaf(permission) },
        { weight: 1, arbitrary: parts.map((of): Condition => ({ op: 'and', of })) },
        { weight: 1, arbitrary: parts.map((of): Condition => ({ op: 'or', of })) },
        { weight: 2, arbitrary: tie('node').map((of): Condition => ({ op: 'not', of })) },
      ),
    };
  }).node;

/** Random grants of a permission, with conditions over the values of `POOLS`. */
export const grantOf = (permission: JudgedPermission): fc.Arbitrary<Grant> =>
  fc
    .record(
      {
        effect: fc.constantFrom('allow', 'allow', 'deny'),
        permission: fc.constant(permission),
        conditions: condition(permission),
      },
      { requiredKeys: ['effect', 'permission'] },
    )
    .chain((rows) =>
      fc
        .subarray([...hideableFields(permission)])
        .map((fields) => (fields.length === 0 ? rows : { ...rows, fields })),
    );

/** Microseconds in the database, which JavaScript does not see. */
const moment = fc
  .tuple(fc.constantFrom(...MOMENTS), fc.constantFrom('', '001', '500', '999'))
  .map(([millis, micros]) => sql`${`${millis}${micros}Z`}::text::timestamptz`);
const list = (values: readonly Value[]) =>
  fc.option(fc.array(fc.constantFrom(...values), { maxLength: 3 }), { freq: 4 });

function cell(kind: Kind): fc.Arbitrary<unknown> {
  if (kind === 'time') return fc.option(moment, { freq: 4 });
  if (kind === 'ids' || kind === 'texts') return list(POOLS[kind]);
  return fc.option(fc.constantFrom(...POOLS[kind]), { freq: 4 });
}

const row = (permission: JudgedPermission) =>
  fc.record({
    tenantId: fc.constantFrom(TENANT, TENANT, TENANT, OTHER_TENANT),
    ...Object.fromEntries(conditionable(permission).map(({ field, kind }) => [field, cell(kind)])),
  });

const judgement = fc.constantFrom(...PERMISSIONS).chain((permission) =>
  fc.record({
    permission: fc.constant(permission),
    grants: fc.array(grantOf(permission), { minLength: 1, maxLength: 5 }),
    rows: fc.array(row(permission), { minLength: 1, maxLength: 12 }),
  }),
);

const plainCell = (kind: Kind): fc.Arbitrary<unknown> =>
  kind === 'time' ? fc.option(fc.constantFrom(...POOLS.time), { freq: 4 }) : cell(kind);

/** What somebody holds, a grant like one of theirs or another, and rows in memory that both speak of. */
export const grantsAndRows = fc.constantFrom(...PERMISSIONS).chain((permission) =>
  fc.array(grantOf(permission), { minLength: 1, maxLength: 4 }).chain((held) =>
    fc.record({
      tenantId: fc.constant(TENANT),
      permission: fc.constant(permission),
      held: fc.constant(held),
      wanted: fc.oneof(fc.constantFrom(...held), grantOf(permission)),
      rows: fc.array(
        fc.record({
          tenantId: fc.constant(TENANT),
          ...Object.fromEntries(conditionable(permission).map(({ field, kind }) => [field, plainCell(kind)])),
        }),
        { minLength: 1, maxLength: 12 },
      ),
    }),
  ),
);

/** A handle over a scratch table as its owner, whom row-level security does not hold: rules alone must. */
export async function judgedRows(): Promise<{ db: Db; end: () => Promise<void> }> {
  const { owner } = await workerDatabase('reporting');
  const columns = Object.values<Column>(COLUMNS).map((column) => `"${column.name}" ${column.getSQLType()}`);
  const run = (statement: string) => withConnection(owner, (connection) => connection.unsafe(statement));
  await run('drop table if exists judged_row');
  await run(`create table judged_row (${columns.join(', ')})`);
  const database = new Database(owner, { max: 1 });
  const end = async () => {
    await database.end();
    await run('drop table judged_row');
  };
  return { db: database.statements(null), end };
}

const ofRun = (run: string, condition?: SQL) => and(eq(judgedRow.run, run), condition);

/** How many rows were judged which way; both must be many, or nothing was tried. */
interface Seen {
  allowed: number;
  denied: number;
}

/** Random rules over random rows: what SQL selects is what memory allows. */
export async function sqlEqualsMemory(db: Db, numRuns: number, seed: number): Promise<Seen> {
  const seen: Seen = { allowed: 0, denied: 0 };
  const property = fc.asyncProperty(judgement, async ({ permission, grants, rows }) => {
    const run = newId();
    const ability = abilityOf(packedRulesOf(TENANT, grants, {}));
    await db.insert(judgedRow).values(rows.map((values) => ({ ...values, run })));
    const stored = await db.select().from(judgedRow).where(ofRun(run)).orderBy(judgedRow.pk);
    const selected = await db
      .select({ pk: judgedRow.pk })
      .from(judgedRow)
      .where(ofRun(run, rowsAllowed(ability, permission, COLUMNS)))
      .orderBy(judgedRow.pk);

    const allowed = stored.filter((values) => rowAllowed(ability, permission, values));
    deepEqual(
      selected,
      allowed.map(({ pk }) => ({ pk })),
    );
    seen.allowed += allowed.length;
    seen.denied += stored.length - allowed.length;
  });
  await fc.assert(property, { numRuns, seed });
  return seen;
}
