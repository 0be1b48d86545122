import type { Grant } from './grants.ts';
import { isSystemRole, SYSTEM_ROLES } from './permissions.ts';
import type { AccountsRecord, HeldRole, MemberRecord } from './records.ts';

/** A grant somebody has, and through which role. */
export interface HeldGrant extends Grant {
  id: string;
  role: string;
}

const isHeld =
  (nowS: number) =>
  ({ until }: HeldRole) =>
    until === undefined || until > nowS;

/** The roles of a member at a moment, its own and those of its groups, each once. */
export function rolesHeld(
  { groups }: Pick<AccountsRecord, 'groups'>,
  member: Pick<MemberRecord, 'roles' | 'groups'>,
  nowS: number,
): string[] {
  const ofGroups = member.groups.flatMap((id) => (Object.hasOwn(groups, id) ? (groups[id] ?? []) : []));
  return [...new Set([...member.roles, ...ofGroups].filter(isHeld(nowS)).map(({ role }) => role))];
}

/** The first moment after `nowS` at which a role of the member ends; seconds since 1970, else Infinity. */
export function rolesChangeAt(
  { groups }: Pick<AccountsRecord, 'groups'>,
  member: Pick<MemberRecord, 'roles' | 'groups'>,
  nowS: number,
): number {
  const ofGroups = member.groups.flatMap((id) => groups[id] ?? []);
  const ends = [...member.roles, ...ofGroups].flatMap(({ until }) => until ?? []);
  return Math.min(Infinity, ...ends.filter((until) => until > nowS));
}

/** What roles grant; one that does not exist (any more) grants nothing. */
export function grantsOf({ roles }: Pick<AccountsRecord, 'roles'>, held: readonly string[]): HeldGrant[] {
  return held.flatMap((role): HeldGrant[] => {
    if (isSystemRole(role))
      return SYSTEM_ROLES[role].map((permission) => ({ effect: 'allow', permission, role, id: role }));
    const own = Object.hasOwn(roles, role) ? roles[role] : undefined;
    return own?.grants.map((grant, index) => ({ ...grant, role, id: `${role}#${index}` })) ?? [];
  });
}
