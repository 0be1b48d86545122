import { bindCondition, parseCondition, type Condition, type Placeholders } from './conditions.ts';
import { AppError } from './errors.ts';
import { isId } from './id.ts';
import {
  isPlatformPermission,
  isTenantPermission,
  type Permission,
  type PlatformPermission,
} from './permissions.ts';
import { hideableFields } from './subjects.ts';

/** One line of a role: it allows or denies a permission, perhaps for some rows or some fields only. */
export interface Grant {
  effect: 'allow' | 'deny';
  permission: Permission;
  conditions?: Condition;
  fields?: readonly string[];
  /** Named by explanations of a decision. */
  id?: string;
}

/**
 * A rule as it travels in the signed identity: permission, tenant (null for the platform's own staff), 1 for a deny,
 * condition, fields, grant; 0 stands for none, and so does a part left out at the end.
 */
export type PackedRule = readonly [
  permission: Permission | PlatformPermission,
  tenantId: string | null,
  deny?: 0 | 1,
  condition?: Condition | 0,
  fields?: readonly string[] | 0,
  grant?: string | 0,
];
export type PackedRules = readonly PackedRule[];

/** A rule with its tenant, after everything about it was checked. */
export interface Rule extends Omit<Grant, 'permission'> {
  permission: Permission | PlatformPermission;
  tenantId: string | null;
}

const invalid = (message: string) => new AppError('BAD_USER_INPUT', message);
const KEYS = new Set(['effect', 'permission', 'conditions', 'fields', 'id']);
const LONGEST_ID = 64;
/** A signed identity has at most 16,384 characters, which hold 12,288 bytes, and says more than rules. */
const MOST_BYTES = 10_000;

/**
 * Reads a grant of unknown origin before it is saved; placeholders are allowed.
 * @throws AppError BAD_USER_INPUT for everything outside the closed schema
 */
export function parseGrant(input: unknown, stage: 'stored' | 'bound' = 'stored'): Grant {
  if (typeof input !== 'object' || input === null) throw invalid('A grant is an object.');
  if (!Object.keys(input).every((key) => KEYS.has(key))) throw invalid('A grant has an unknown key.');
  const { effect, permission, conditions, fields, id } = input as Record<string, unknown>;
  if (effect !== 'allow' && effect !== 'deny') throw invalid('A grant allows or denies.');
  if (typeof permission !== 'string' || !isTenantPermission(permission))
    throw invalid('There is no such permission.');
  if (id !== undefined && (typeof id !== 'string' || id.length > LONGEST_ID))
    throw invalid('Not a grant id.');
  return {
    effect,
    permission,
    ...(conditions !== undefined && { conditions: parseCondition(permission, conditions, stage) }),
    ...(fields !== undefined && { fields: parseFields(permission, fields) }),
    ...(id !== undefined && { id }),
  };
}

function parseFields(permission: Permission, fields: unknown): string[] {
  const known = hideableFields(permission);
  if (!Array.isArray(fields) || fields.length === 0) throw invalid('`fields` needs a list of fields.');
  return [...new Set(fields)].map((field: unknown) => {
    if (typeof field !== 'string' || !known.includes(field))
      throw invalid('The grant names a field that cannot be hidden.');
    return field;
  });
}

/**
 * Compiles the grants of one caller in one tenant. Allows come first and denies last, because the last rule decides.
 * @throws Error when a placeholder has no value; AppError BAD_USER_INPUT when a grant is outside the closed schema, or
 * all together do not fit into a signed identity
 */
export function packedRulesOf(tenantId: string, grants: readonly Grant[], caller: Placeholders): PackedRules {
  const bound = grants.map((grant) => boundGrant(parseGrant(grant), caller));
  return packBound(tenantId, bound);
}

/** A grant with the caller in place of the placeholders. @throws Error when a placeholder has no value */
export const boundGrant = (grant: Grant, caller: Placeholders): Grant =>
  grant.conditions === undefined ? grant : { ...grant, conditions: bindCondition(grant.conditions, caller) };

/** Packs grants that were parsed and bound; several roles may say the same, which travels once. */
export function packBound(tenantId: string, grants: readonly Grant[]): PackedRules {
  if (!isId(tenantId)) throw new Error('rules need a tenant');
  const rules = allowsFirst(grants).map((grant): PackedRule => [
    grant.permission,
    tenantId,
    isAllow(grant) ? 0 : 1,
    grant.conditions ?? 0,
    grant.fields ?? 0,
    grant.id ?? 0,
  ]);
  const packed = [...new Map(rules.map((rule) => [JSON.stringify(rule), rule])).values()];
  if (Buffer.byteLength(JSON.stringify(packed)) > MOST_BYTES)
    throw invalid('The grants together are too large.');
  return packed;
}

const allowsFirst = <T extends Pick<Grant, 'effect'>>(rules: readonly T[]): T[] => [
  ...rules.filter(isAllow),
  ...rules.filter((rule) => !isAllow(rule)),
];

const isAllow = ({ effect }: Pick<Grant, 'effect'>): boolean => effect === 'allow';

/** Rules of the platform's own staff, who act in no tenant. */
export const packPlatformRules = (permissions: readonly PlatformPermission[]): PackedRules =>
  permissions.map((permission) => [permission, null]);

/**
 * Reads rules back and trusts nothing about them, not even that we packed them. Permissions this version does not
 * know are left out: nothing asks for them.
 * @throws Error for rules of two tenants, or a tenant's permission without a tenant; AppError for an invalid one
 */
export function unpackRules(packed: PackedRules): Rule[] {
  const rules = packed.flatMap(unpackRule);
  if (new Set(rules.map(({ tenantId }) => tenantId)).size > 1) throw new Error('rules of several tenants');
  return allowsFirst(rules);
}

function unpackRule([permission, tenantId, deny, conditions, fields, id, ...rest]: PackedRule): Rule[] {
  const effect = deny === undefined || deny === 0 ? 'allow' : 'deny';
  if (typeof permission !== 'string' || rest.length > 0) throw new Error('a rule is not as we pack it');
  if (isPlatformPermission(permission)) {
    if (tenantId !== null) throw new Error('a tenant holds a permission of the platform');
    if (isGiven(conditions) || isGiven(fields)) throw new Error('a permission of the platform has no rows');
    return [{ permission, tenantId, effect }];
  }
  if (typeof tenantId !== 'string' || !isId(tenantId)) throw new Error('a rule has no tenant');
  if (!isTenantPermission(permission)) return [];
  const grant = {
    effect,
    permission,
    ...(isGiven(conditions) && { conditions }),
    ...(isGiven(fields) && { fields }),
    ...(isGiven(id) && { id }),
  };
  return [{ ...parseGrant(grant, 'bound'), tenantId }];
}

const isGiven = <T>(part: T | 0 | undefined): part is T => part !== 0 && part !== undefined;
