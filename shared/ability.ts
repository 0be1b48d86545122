import { Ability as CaslAbility, type RawRuleOf, type RuleOf } from '@casl/ability';
import { matches, type Values } from './condition-match.ts';
import { fieldsIn, type Condition } from './conditions.ts';
import { unpackRules, type PackedRules, type Rule } from './grants.ts';
import type { Permission, PlatformPermission } from './permissions.ts';
import { actionOf, hideableFields, subjectOf } from './subjects.ts';

export { packedRulesOf, type PackedRules } from './grants.ts';

/** What a rule asks of a row: its tenant always, and its condition if it has one. */
interface RowRule {
  readonly tenantId: string | null;
  readonly where: Condition | undefined;
  readonly fields: readonly string[];
}

/** A row as CASL may see it: made here only, so nothing a client sends can pass for one or name its own type. */
class SubjectRow {
  readonly #subject: string;
  readonly #values: Values;

  constructor(subject: string, values: Values) {
    this.#subject = subject;
    this.#values = values;
  }

  static subjectOf(row: unknown): string {
    if (typeof row !== 'object' || row === null || !(#subject in row)) throw new Error('not one of our rows');
    return row.#subject;
  }

  static fulfils(row: unknown, { tenantId, where }: RowRule): boolean {
    if (typeof row !== 'object' || row === null || !(#values in row)) throw new Error('not one of our rows');
    return row.#values['tenantId'] === tenantId && (where === undefined || matches(where, row.#values));
  }
}

type Casl = CaslAbility<[string, string | SubjectRow], RowRule>;

/** What one caller may do. Opaque: ask it through the functions of this file only. */
export interface Ability {
  readonly casl: Casl;
}

/** CASL reads `manage` as any action and `all` as any subject; ours are words like others, so nothing means "any". */
const NOTHING_MEANS_ANY = { anyAction: '\u0000', anySubjectType: '\u0000' };

/** Every rule carries the tenant as a constant, so that no rule can ever speak about another tenant's rows. */
export const packedRulesFor = (tenantId: string, permissions: readonly Permission[]): PackedRules =>
  permissions.map((permission) => [permission, tenantId]);

/** @throws Error or AppError for rules that are not exactly as we pack them */
export const abilityOf = (packed: PackedRules): Ability => ({
  casl: new CaslAbility<[string, string | SubjectRow], RowRule>(unpackRules(packed).map(rawRule), {
    ...NOTHING_MEANS_ANY,
    detectSubjectType: (row) => SubjectRow.subjectOf(row),
    fieldMatcher: (fields) => (field) => fields.includes(field),
    conditionsMatcher: (rule) =>
      Object.assign((row: object) => SubjectRow.fulfils(row, rule), { matchesAll: rule.where === undefined }),
  }),
});

function rawRule({ permission, tenantId, effect, conditions, fields, id }: Rule): RawRuleOf<Casl> {
  return {
    action: actionOf(permission),
    subject: subjectOf(permission),
    inverted: effect === 'deny',
    conditions: { tenantId, where: conditions, fields: conditions === undefined ? [] : fieldsIn(conditions) },
    ...(fields !== undefined && { fields: [...fields] }),
    ...(id !== undefined && { reason: id }),
  };
}

/** The coarse gate: whether the permission is held for any row at all. Rows and fields are filtered further on. */
export const allows = ({ casl }: Ability, permission: Permission | PlatformPermission): boolean =>
  casl.can(actionOf(permission), subjectOf(permission));

/** The field each kind of row needs besides its own. */
export type TenantRow = Values & { readonly tenantId: string };

/**
 * Whether the permission is held for this row of the database; never for input of a client.
 * @throws Error when the row lacks a field that one of the rules asks for (`ruleFields` names them)
 */
export const rowAllowed = (ability: Ability, permission: Permission, row: TenantRow): boolean =>
  ability.casl.can(actionOf(permission), wrapped(ability, permission, row));

/** Which grant decided about a row, or about the permission as such; undefined when nothing speaks of it. */
export function decidingGrant(
  ability: Ability,
  permission: Permission,
  row?: TenantRow,
): { allowed: boolean; grant: string | undefined } | undefined {
  const subject = row === undefined ? subjectOf(permission) : wrapped(ability, permission, row);
  const rule = ability.casl.relevantRuleFor(actionOf(permission), subject);
  return rule === null ? undefined : { allowed: !rule.inverted, grant: rule.reason };
}

/** The hideable fields of this row that may be shown; those of a row that is not allowed at all are none. */
export const permittedFields = (ability: Ability, permission: Permission, row: TenantRow): string[] =>
  hideableFields(permission).filter((field) => fieldAllowed(ability, permission, row, field));

/** Whether one field of this row may be shown. */
export function fieldAllowed(
  ability: Ability,
  permission: Permission,
  row: TenantRow,
  field: string,
): boolean {
  const [action, subject] = [actionOf(permission), wrapped(ability, permission, row)];
  return ability.casl.can(action, subject) && ability.casl.can(action, subject, field);
}

/** Whether a rule of the permission is about some fields only; for other callers no field needs judging. */
export const hasFieldRules = ({ casl }: Ability, permission: Permission): boolean =>
  casl
    .possibleRulesFor(actionOf(permission), subjectOf(permission))
    .some(({ fields }) => fields !== undefined);

/** What to select besides, so that every rule about the permission can be judged. */
export const ruleFields = ({ casl }: Ability, permission: Permission): string[] => [
  ...new Set(
    casl
      .possibleRulesFor(actionOf(permission), subjectOf(permission))
      .flatMap(({ conditions }) => conditions?.fields ?? []),
  ),
];

/** A field that is missing, for example because nobody selected it, would pass for an empty one. */
function wrapped(ability: Ability, permission: Permission, row: TenantRow): SubjectRow {
  const lacks = (field: string) => !Object.hasOwn(row, field) || row[field] === undefined;
  const missing = ['tenantId', ...ruleFields(ability, permission)].find(lacks);
  if (missing !== undefined) throw new Error(`the row lacks ${missing}, which a rule asks for`);
  return new SubjectRow(subjectOf(permission), row);
}

/** One rule about rows; the first of the list that a row fulfils decides, and without one it is denied. */
export interface RowDecision {
  allow: boolean;
  tenantId: string | null;
  where: Condition | undefined;
}

/** The rules about rows of a permission, the deciding ones first; rules about some fields deny no row. */
export const rowDecisions = ({ casl }: Ability, permission: Permission): RowDecision[] =>
  casl.rulesFor(actionOf(permission), subjectOf(permission)).map(decisionOf);

/** Whether the rules leave out no row of the tenant, so that there is nothing to filter. */
export function allRowsAllowed(ability: Ability, permission: Permission, tenantId: string): boolean {
  const rules = rowDecisions(ability, permission);
  return (
    rules.every(({ allow }) => allow) &&
    rules.some((rule) => rule.tenantId === tenantId && rule.where === undefined)
  );
}

function decisionOf({ inverted, conditions }: RuleOf<Casl>): RowDecision {
  if (conditions === undefined) throw new Error('a rule has no tenant');
  return { allow: !inverted, tenantId: conditions.tenantId, where: conditions.where };
}
