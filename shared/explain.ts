import { abilityOf, decidingGrant, ruleFields, type TenantRow } from './ability.ts';
import type { Asked } from './caller-rules.ts';
import { boundGrant, packBound, parseGrant } from './grants.ts';
import { grantsOf, rolesHeld, type HeldGrant } from './held-grants.ts';
import type { Permission } from './permissions.ts';

/** Tells which of a member's grants decides; decides as `memberRules` do. */
export interface Explainer {
  /** The fields a row must have, because a grant asks for them. */
  needs: string[];
  /** About a row, or about the permission as such; without a grant nothing speaks of it. */
  decide(row?: TenantRow): { allowed: boolean; grant: HeldGrant | undefined };
}

/** Only the grants of the one permission matter to it, each told once however many roles say the same. */
export function explainer(
  { tenantId, accounts, member, memberId, nowS }: Asked,
  permission: Permission,
): Explainer {
  const held = grantsOf(accounts, rolesHeld(accounts, member, nowS)).filter(
    (grant) => grant.permission === permission,
  );
  const distinct = [...new Map(held.toReversed().map((grant) => [sayingOf(grant), grant])).values()];
  const caller = { subject: memberId, owner: memberId };
  const bound = distinct.map(({ role: _role, ...grant }, index) =>
    boundGrant(parseGrant({ ...grant, id: String(index) }), caller),
  );
  const ability = abilityOf(packBound(tenantId, bound));
  return {
    needs: ruleFields(ability, permission),
    decide: (row) => {
      const deciding = decidingGrant(ability, permission, row);
      return { allowed: deciding?.allowed ?? false, grant: distinct[Number(deciding?.grant)] };
    },
  };
}

const sayingOf = ({ effect, conditions, fields }: HeldGrant): string =>
  JSON.stringify([effect, conditions, fields]);
