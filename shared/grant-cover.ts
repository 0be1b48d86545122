import { isDeepStrictEqual } from 'node:util';
import type { Placeholders } from './conditions.ts';
import { boundGrant, unpackRules, type Grant, type PackedRules, type Rule } from './grants.ts';

/**
 * Which grants go beyond what their author holds, each taken as an allow: nobody grants what they do not hold. A grant
 * is covered by one rule that is as wide, and where something is denied to the author, nothing is: whether two
 * conditions overlap is not decided here. Placeholders stand for the author.
 * @throws AppError BAD_USER_INPUT or Error for rules that are not exactly as we pack them
 */
export function uncovered(held: PackedRules, grants: readonly Grant[], author: Placeholders): Grant[] {
  const rules = Map.groupBy(unpackRules(held), ({ permission }) => permission);
  return grants.filter((grant) => {
    const ofPermission = rules.get(grant.permission) ?? [];
    if (ofPermission.some(({ effect }) => effect === 'deny')) return true;
    const wanted = boundGrant(grant, author);
    return !ofPermission.some((rule) => isAsWide(rule, wanted));
  });
}

const isAsWide = (rule: Rule, wanted: Grant): boolean =>
  (rule.conditions === undefined || isDeepStrictEqual(rule.conditions, wanted.conditions)) &&
  (rule.fields === undefined || (wanted.fields?.every((field) => rule.fields?.includes(field)) ?? false));
