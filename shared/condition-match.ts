import type { Condition, Value } from './conditions.ts';

/** A row's values by field name, as wrapped by `rowAllowed`. */
export type Values = Readonly<Record<string, unknown>>;

/**
 * Whether a row fulfils a condition: `db/conditions.ts` says the same in SQL, and a property test holds them equal.
 * Null is equal to null only, is unequal to every value, and has no order; a list is equal to each of its members.
 */
export function matches(condition: Condition, row: Values): boolean {
  switch (condition.op) {
    case 'and':
      return condition.of.every((part) => matches(part, row));
    case 'or':
      return condition.of.some((part) => matches(part, row));
    case 'not':
      return !matches(condition.of, row);
    case 'exists':
      return (row[condition.field] !== null) === condition.value;
    case 'eq':
      return equals(row[condition.field], condition.value);
    case 'ne':
      return !equals(row[condition.field], condition.value);
    case 'in':
      return condition.value.some((value) => equals(row[condition.field], value));
    case 'nin':
      return !condition.value.some((value) => equals(row[condition.field], value));
    case 'gt':
    case 'gte':
    case 'lt':
    case 'lte':
      return isOrdered(condition.op, row[condition.field], condition.value);
    default:
      throw new Error(`unknown operator ${JSON.stringify(condition satisfies never)}`);
  }
}

function equals(actual: unknown, wanted: Value | null): boolean {
  if (actual === null || wanted === null) return actual === wanted;
  if (Array.isArray(actual))
    return actual.some((member: unknown) => member !== null && isSame(member, wanted));
  return isSame(actual, wanted);
}

/** A value read in another type, such as a bigint or a decimal as text, must not pass for a different value. */
function isSame(actual: unknown, wanted: Value): boolean {
  if (typeof actual !== typeof wanted)
    throw new Error('a row holds a value of another type than its condition');
  return actual === wanted;
}

function isOrdered(op: 'gt' | 'gte' | 'lt' | 'lte', actual: unknown, wanted: unknown): boolean {
  if (actual === null || wanted === null) return false;
  const [left, right] = [comparable(actual), comparable(wanted)];
  if (op === 'gt') return left > right;
  if (op === 'gte') return left >= right;
  return op === 'lt' ? left < right : left <= right;
}

function comparable(value: unknown): number {
  if (typeof value === 'number') return value;
  const time = value instanceof Date ? value.getTime() : typeof value === 'string' ? Date.parse(value) : NaN;
  if (Number.isNaN(time)) throw new Error('a row holds a value without an order');
  return time;
}
