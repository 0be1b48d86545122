import type { TenantRow } from '@chorus/shared/ability.ts';
import { AppError } from '@chorus/shared/errors.ts';
import { explainer, type Explainer } from '@chorus/shared/explain.ts';
import type { HeldGrant } from '@chorus/shared/held-grants.ts';
import { assuranceOf, isTenantPermission, type Permission } from '@chorus/shared/permissions.ts';
import { parseResource } from '@chorus/shared/resource.ts';
import { subjectOf } from '@chorus/shared/subjects.ts';
import { assignmentsOf, type HeldAssignment } from '../assignments/assignments.queries.ts';
import type { Context } from '../context.ts';
import { presentMembers } from '../members/members.queries.ts';
import { memberReference, rolesOf } from '../members/members.service.ts';
import { heldNow } from '../records/records.service.ts';

export interface Explanation {
  allowed: boolean;
  reason: string;
  grant: HeldGrant | null;
  /** By which assignment the role of the grant is held longest. */
  assignment: HeldAssignment | null;
  needsMfa: number | null;
}

/** Undefined for members of other tenants, of none, and those who were removed alike. */
export async function explainAccess(
  ctx: Context,
  memberId: string,
  permission: string,
  resource: unknown,
): Promise<Explanation | undefined> {
  ctx.require('roles.read');
  if (!isTenantPermission(permission)) throw new AppError('BAD_USER_INPUT', 'There is no such permission.');
  if ((await presentMembers(ctx, [memberId])).length === 0) return undefined;
  const row = resource === undefined ? undefined : await rowOf(ctx, permission, resource);
  const [asked, held] = await Promise.all([heldNow(ctx, memberId), ctx.load(assignmentsOf, memberId)]);
  const needed = assuranceOf(permission);
  const needsMfa = needed.assurance === 'mfa' ? needed.maxAge : null;
  if (asked === undefined)
    return { allowed: false, reason: 'The member is disabled.', grant: null, assignment: null, needsMfa };
  const explained = explainer(asked, permission);
  requireFields(explained, row);
  const { allowed, grant } = explained.decide(row);
  const assignment = longest(held?.filter(({ role }) => role === grant?.role) ?? []);
  const reason = sentence(permission, { allowed, grant, role: assignment?.name, isRow: row !== undefined });
  return { allowed, reason, grant: grant ?? null, assignment: assignment ?? null, needsMfa };
}

/** The values a client names become a row of the caller's tenant; a member's id alone stands for that member. */
async function rowOf(ctx: Context, permission: Permission, resource: unknown): Promise<TenantRow> {
  const { tenantId } = ctx;
  const values = parseResource(permission, resource);
  const { id, ...more } = values;
  if (subjectOf(permission) !== 'members' || typeof id !== 'string' || Object.keys(more).length > 0)
    return { ...values, tenantId };
  const row = await memberReference(ctx, id);
  if (row === undefined) throw new AppError('BAD_USER_INPUT', 'resource names no member of the tenant.');
  return { ...row, roles: await rolesOf(ctx, id) };
}

function requireFields({ needs }: Explainer, row: TenantRow | undefined): void {
  const missing = needs.filter((field) => row !== undefined && !Object.hasOwn(row, field));
  if (missing.length === 0) return;
  throw new AppError('BAD_USER_INPUT', `A grant asks for more of the resource: ${missing.join(', ')}.`);
}

/** The last moment JavaScript knows. */
const NEVER = 8.64e15;

const endOf = ({ expiresAt }: HeldAssignment): number => expiresAt?.getTime() ?? NEVER;
const isByGroup = ({ subjectKind }: HeldAssignment): number => (subjectKind === 'group' ? 1 : 0);

/** Directly rather than by a group, where both last as long. */
const longest = (held: readonly HeldAssignment[]): HeldAssignment | undefined =>
  held.toSorted((one, other) => endOf(other) - endOf(one) || isByGroup(one) - isByGroup(other))[0];

function sentence(
  permission: Permission,
  {
    allowed,
    grant,
    role,
    isRow,
  }: { allowed: boolean; grant: HeldGrant | undefined; role: string | undefined; isRow: boolean },
): string {
  if (grant === undefined)
    return `No role of the member allows ${permission}${isRow ? ' for this resource' : ''}.`;
  const some = !isRow && grant.conditions !== undefined ? ' for some resources' : '';
  return `The role ${role ?? grant.role} ${allowed ? 'allows' : 'denies'} ${permission}${some}.`;
}
