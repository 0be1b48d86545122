import { AppError } from './errors.ts';
import { isId } from './id.ts';
import { fieldsOf, kindOf, type Kind } from './subjects.ts';
import type { Permission } from './permissions.ts';

export type Value = string | number | boolean;
export type Comparison = 'eq' | 'ne' | 'gt' | 'gte' | 'lt' | 'lte';

/** What must hold for a row. The list of operators is closed; there is no pattern matching, so none can run away. */
export type Condition =
  | { op: 'and'; of: readonly Condition[] }
  | { op: 'or'; of: readonly Condition[] }
  | { op: 'not'; of: Condition }
  | { op: Comparison; field: string; value: Value | null }
  | { op: 'in'; field: string; value: readonly Value[] }
  | { op: 'nin'; field: string; value: readonly Value[] }
  | { op: 'exists'; field: string; value: boolean };

/** Words in stored conditions that stand for the caller: member or key, and the member a key belongs to. */
export type Placeholder = 'subject' | 'owner';
export type Placeholders = Partial<Record<Placeholder, string | null>>;

const PLACEHOLDER = /^\{\{(subject|owner)\}\}$/;
const MOST_NODES = 100;
const MOST_VALUES = 200;
const MOST_DEPTH = 6;
const LONGEST_TEXT = 500;

const EQUALITY: readonly string[] = ['eq', 'ne', 'in', 'nin'];
/** Text has no order here, because PostgreSQL and JavaScript do not agree on one; times have no equality, being rounded. */
const OPERATORS: Readonly<Record<Kind, readonly string[]>> = {
  id: EQUALITY,
  ids: EQUALITY,
  text: EQUALITY,
  texts: EQUALITY,
  flag: ['eq', 'ne'],
  number: [...EQUALITY, 'gt', 'gte', 'lt', 'lte'],
  time: ['gt', 'gte', 'lt', 'lte'],
};

const invalid = (message: string) => new AppError('BAD_USER_INPUT', message);

/** Whether a stored value may be a placeholder: only before the caller is known. */
type Stage = 'stored' | 'bound';

/** A bound condition can be two stored ones, where a caller acts for somebody else. */
const sizeAt = (stage: Stage) =>
  stage === 'stored'
    ? { nodes: MOST_NODES, depth: MOST_DEPTH }
    : { nodes: 2 * MOST_NODES + 1, depth: MOST_DEPTH + 1 };

/**
 * Reads a condition of unknown origin, at saving (`stored`) and at loading (`bound`: no placeholders any more).
 * @throws AppError BAD_USER_INPUT for everything outside the closed schema
 */
export function parseCondition(permission: Permission, input: unknown, stage: Stage): Condition {
  const fields = fieldsOf(permission);
  const most = sizeAt(stage);
  let nodes = 0;
  const parse = (node: unknown, depth: number): Condition => {
    if (++nodes > most.nodes || depth > most.depth) throw invalid('The condition is too large.');
    if (!isRecord(node)) throw invalid('A condition is an object with `op`.');
    const { op, of, field, value } = node;
    if (op === 'and' || op === 'or' || op === 'not') {
      exactly(node, ['op', 'of']);
      if (op === 'not') return { op, of: parse(of, depth + 1) };
      if (!Array.isArray(of) || of.length === 0) throw invalid(`\`${op}\` needs a list of conditions.`);
      return { op, of: of.map((part) => parse(part, depth + 1)) };
    }
    exactly(node, ['op', 'field', 'value']);
    const kind = typeof field === 'string' ? kindOf(fields, field) : undefined;
    if (kind === undefined) throw invalid('The condition names an unknown field.');
    return parseLeaf(op, field as string, kind, value, stage);
  };
  return parse(input, 1);
}

function parseLeaf(op: unknown, field: string, kind: Kind, value: unknown, stage: Stage): Condition {
  if (op === 'exists') {
    if (typeof value !== 'boolean') throw invalid('`exists` is true or false.');
    return { op, field, value };
  }
  if (typeof op !== 'string' || !OPERATORS[kind].includes(op))
    throw invalid(`The condition on ${field} has an unknown operator.`);
  if (op === 'in' || op === 'nin') {
    if (!Array.isArray(value) || value.length > MOST_VALUES)
      throw invalid(`\`${op}\` needs a list of at most ${MOST_VALUES} values.`);
    return { op, field, value: value.map((one) => parseValue(kind, one, stage)) };
  }
  const isNull = value === null && (op === 'eq' || op === 'ne');
  return { op: op as Comparison, field, value: isNull ? null : parseValue(kind, value, stage) };
}

function parseValue(kind: Kind, value: unknown, stage: Stage): Value {
  if (typeof value === 'string') {
    if (PLACEHOLDER.test(value) && (kind === 'id' || kind === 'ids') && stage === 'stored') return value;
    if (value.startsWith('{{')) throw invalid('The condition holds an unknown placeholder.');
  }
  const parsed = valueOf(kind, value);
  if (parsed === undefined) throw invalid('A value of the condition does not fit its field.');
  return parsed;
}

/** The value as its kind has it; undefined for one of another kind. */
export function valueOf(kind: Kind, value: unknown): Value | undefined {
  if (kind === 'flag') return typeof value === 'boolean' ? value : undefined;
  if (kind === 'number') return typeof value === 'number' && Number.isFinite(value) ? value : undefined;
  if (typeof value !== 'string' || value.length > LONGEST_TEXT) return undefined;
  if (kind === 'id' || kind === 'ids') return isId(value) ? value : undefined;
  if (kind === 'time') return isTime(value) ? value : undefined;
  return value.isWellFormed() && !value.includes('\0') ? value : undefined;
}

/** Exactly what `toISOString` writes, so that nothing is left to a parser's taste. */
function isTime(value: string): boolean {
  const time = Date.parse(value);
  return /^\d{4}-/.test(value) && !Number.isNaN(time) && new Date(time).toISOString() === value;
}

const isRecord = (value: unknown): value is Record<string, unknown> =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

function exactly(node: Record<string, unknown>, keys: readonly string[]): void {
  const own = Object.keys(node);
  if (own.length !== keys.length || !keys.every((key) => own.includes(key)))
    throw invalid(`A condition of this kind has ${keys.join(', ')} and nothing else.`);
}

/**
 * Puts the caller in place of the placeholders.
 * @throws Error when a placeholder has no value: a condition that lost its value would match rows of anybody
 */
export function bindCondition(condition: Condition, caller: Placeholders): Condition {
  const bind = <T>(value: T): T | string => {
    const [, name] = (typeof value === 'string' && PLACEHOLDER.exec(value)) || [];
    if (name === undefined) return value;
    const bound = Object.hasOwn(caller, name) ? caller[name as Placeholder] : undefined;
    if (typeof bound !== 'string' || !isId(bound)) throw new Error(`the placeholder ${name} has no value`);
    return bound;
  };
  if (condition.op === 'and' || condition.op === 'or')
    return { op: condition.op, of: condition.of.map((part) => bindCondition(part, caller)) };
  if (condition.op === 'not') return { op: 'not', of: bindCondition(condition.of, caller) };
  if (condition.op === 'in' || condition.op === 'nin')
    return { ...condition, value: condition.value.map(bind) };
  return condition.op === 'exists' ? condition : { ...condition, value: bind(condition.value) };
}

/** Every field a condition looks at; a row must have all of them. */
export function fieldsIn(condition: Condition): string[] {
  if (condition.op === 'and' || condition.op === 'or') return condition.of.flatMap(fieldsIn);
  if (condition.op === 'not') return fieldsIn(condition.of);
  return [condition.field];
}
