import { createMongoAbility, type MongoAbility, type RawRuleOf } from '@casl/ability';
import { packRules, unpackRules, type PackRule } from '@casl/ability/extra';
import type { Permission } from './permissions.ts';

export type Ability = MongoAbility<[string, string]>;
export type PackedRules = PackRule<RawRuleOf<Ability>>[];

/** CASL reads `manage` as any action and `all` as any subject; ours are words like others, so nothing means "any". */
const NOTHING_MEANS_ANY = { anyAction: '\u0000', anySubjectType: '\u0000' };

/** `mentions.read` is action `read` on subject `mentions`. */
function actionAndSubject(permission: Permission): [string, string] {
  const dot = permission.lastIndexOf('.');
  return [permission.slice(dot + 1), permission.slice(0, dot)];
}

/** Every rule carries the tenant as a constant, so that no rule can ever speak about another tenant's rows. */
export function packedRulesFor(tenantId: string, permissions: readonly Permission[]): PackedRules {
  return packRules(
    permissions.map((permission) => {
      const [action, subject] = actionAndSubject(permission);
      return { action, subject, conditions: { tenantId } };
    }),
  );
}

export const abilityOf = (rules: PackedRules): Ability =>
  createMongoAbility<Ability>(unpackRules(rules), NOTHING_MEANS_ANY);

export const allows = (ability: Ability, permission: Permission): boolean =>
  ability.can(...actionAndSubject(permission));
