import { sql, type Column, type SQL } from 'drizzle-orm';
import { allRowsAllowed, rowDecisions, type Ability } from '@chorus/shared/ability.ts';
import type { Condition, Value } from '@chorus/shared/conditions.ts';
import type { Permission } from '@chorus/shared/permissions.ts';
import { fieldsOf, kindOf, type Kind } from '@chorus/shared/subjects.ts';
import type { CallerScope } from './context.ts';

/** Where the fields of a subject are in a statement; `tenantId` always. */
export type ColumnMap = Readonly<Record<string, Column | SQL>> & { readonly tenantId: Column | SQL };

const TYPES: Readonly<Record<Kind, SQL>> = {
  id: sql`uuid`,
  ids: sql`uuid`,
  text: sql`text`,
  texts: sql`text`,
  number: sql`double precision`,
  time: sql`timestamptz`,
  flag: sql`boolean`,
};

interface Field {
  column: Column | SQL;
  kind: Kind;
  type: SQL;
}

/** The same as `rowsAllowed`, but undefined for callers who may see every row, so that their plans stay as they are. */
export const callerRows = (
  { ability, tenantId }: Omit<CallerScope, 'db'>,
  permission: Permission,
  columns: ColumnMap,
): SQL | undefined =>
  allRowsAllowed(ability, permission, tenantId) ? undefined : rowsAllowed(ability, permission, columns);

/**
 * The rows of a permission as a condition for `where`: exactly those that `rowAllowed` allows.
 * @throws Error for a field without a column, also when no row would have come to it
 */
export function rowsAllowed(ability: Ability, permission: Permission, columns: ColumnMap): SQL {
  const fields = fieldsOf(permission);
  const field = (name: string): Field => {
    const kind = kindOf(fields, name);
    const column = Object.hasOwn(columns, name) ? columns[name] : undefined;
    if (column === undefined || kind === undefined) throw new Error(`no column for ${name} of ${permission}`);
    return { column, kind, type: TYPES[kind] };
  };
  const denied: SQL[] = [];
  const allowed: SQL[] = [];
  for (const { allow, tenantId, where } of rowDecisions(ability, permission)) {
    const ofTenant = sql`${columns.tenantId} = ${sql.param(tenantId)}::uuid`;
    const rows = where === undefined ? ofTenant : sql`(${ofTenant} and ${conditionSql(where, field)})`;
    if (allow) allowed.push(rows);
    else if (allowed.length > 0) throw new Error('a deny came before an allow');
    else denied.push(rows);
  }
  if (allowed.length === 0) return sql`false`;
  return sql.join([joined(allowed, sql` or `), ...denied.map(not)], sql` and `);
}

/**
 * True for the rows that fulfil the condition; for others false or null. `not` turns both into true, so null never
 * spreads, and what is not negated keeps its plain form that indexes serve.
 */
function conditionSql(condition: Condition, field: (name: string) => Field): SQL {
  switch (condition.op) {
    case 'and':
    case 'or':
      return joined(
        condition.of.map((part) => conditionSql(part, field)),
        condition.op === 'and' ? sql` and ` : sql` or `,
      );
    case 'not':
      return not(conditionSql(condition.of, field));
    case 'exists':
      return isNull(field(condition.field), !condition.value);
    case 'eq':
      return equals(field(condition.field), condition.value);
    case 'ne':
      return not(equals(field(condition.field), condition.value));
    case 'in':
      return isIn(field(condition.field), condition.value);
    case 'nin':
      return not(isIn(field(condition.field), condition.value));
    case 'gt':
    case 'gte':
    case 'lt':
    case 'lte':
      return ordered(condition.op, field(condition.field), condition.value);
    default:
      throw new Error(`unknown operator ${JSON.stringify(condition satisfies never)}`);
  }
}

const joined = (parts: SQL[], separator: SQL): SQL => sql`(${sql.join(parts, separator)})`;

const not = (condition: SQL): SQL => sql`((${condition}) is not true)`;

const isNull = ({ column }: Field, yes: boolean): SQL =>
  yes ? sql`${column} is null` : sql`${column} is not null`;

const isList = ({ kind }: Field): boolean => kind === 'ids' || kind === 'texts';

/** A list equals each of its members; `@>` is what its index serves. */
function equals(field: Field, value: Value | null): SQL {
  const { column, type } = field;
  if (value === null) return isNull(field, true);
  if (isList(field)) return sql`${column} @> ${sql.param([value])}::${type}[]`;
  return sql`${column} = ${sql.param(value)}::${type}`;
}

function isIn(field: Field, values: readonly Value[]): SQL {
  const { column, type } = field;
  const list = sql`${sql.param([...values])}::${type}[]`;
  return isList(field) ? sql`${column} && ${list}` : sql`${column} = any(${list})`;
}

const SIGNS = { gt: sql`>`, gte: sql`>=`, lt: sql`<`, lte: sql`<=` };

/** PostgreSQL keeps microseconds and JavaScript cuts them off, so "after t" begins a millisecond later. */
function ordered(op: keyof typeof SIGNS, { column, kind, type }: Field, value: Value | null): SQL {
  if (value === null) return sql`false`;
  if (kind !== 'time' || op === 'gte' || op === 'lt')
    return sql`${column} ${SIGNS[op]} ${sql.param(value)}::${type}`;
  const next = new Date(new Date(String(value)).getTime() + 1).toISOString();
  return sql`${column} ${SIGNS[op === 'gt' ? 'gte' : 'lt']} ${sql.param(next)}::${type}`;
}
