import type { Placeholders } from './conditions.ts';
import { intersection } from './grant-intersection.ts';
import {
  boundGrant,
  packBound,
  packPlatformRules,
  parseGrant,
  type Grant,
  type PackedRules,
} from './grants.ts';
import { grantsOf, rolesHeld } from './held-grants.ts';
import { platformPermissionsOf, type Permission } from './permissions.ts';
import { PLATFORM_TENANT, type AccountsRecord, type HeldRole, type MemberRecord } from './records.ts';

type Tenant = Pick<AccountsRecord, 'roles' | 'groups'>;
type Member = Pick<MemberRecord, 'roles' | 'groups'>;

/** Whose rules are asked for, in which tenant, and when. */
export interface Asked {
  tenantId: string;
  accounts: Tenant;
  member: Member;
  memberId: string;
  /** Seconds since 1970. */
  nowS: number;
}

/** What a member may do by its roles and those of its groups. */
export function memberRules({ tenantId, accounts, member, memberId, nowS }: Asked): PackedRules {
  const roles = rolesHeld(accounts, member, nowS);
  if (tenantId === PLATFORM_TENANT) return packPlatformRules(platformPermissionsOf(roles));
  return packBound(tenantId, bound(accounts, roles, memberId));
}

/** What a key was given, besides whom it belongs to. */
export interface KeyRights {
  scopes: readonly Permission[];
  roles: readonly HeldRole[];
}

/** What a key may do: what its scopes and roles allow, and its owner as well. A key acts for its owner. */
export function keyRules(key: KeyRights, { tenantId, accounts, member, memberId, nowS }: Asked): PackedRules {
  const ofOwner = bound(accounts, rolesHeld(accounts, member, nowS), memberId);
  const ofRoles = rolesHeld(accounts, { roles: [...key.roles], groups: [] }, nowS);
  const scopes = key.scopes.map((permission): Grant => ({ effect: 'allow', permission }));
  return packBound(tenantId, intersection(ofOwner, [...scopes, ...bound(accounts, ofRoles, memberId)]));
}

function bound(accounts: Tenant, roles: readonly string[], memberId: string): Grant[] {
  const caller: Placeholders = { subject: memberId, owner: memberId };
  return grantsOf(accounts, roles).map(({ role: _role, id: _id, ...grant }) =>
    boundGrant(parseGrant(grant), caller),
  );
}
