import { assignmentsOf } from '../assignments/assignments.queries.ts';
import type { Scope } from '../context.ts';
import { findPolicy, standingOf, type Standing } from './security-policy.queries.ts';
import type { SecurityPolicyRow } from './security-policy.table.ts';

const DAY_S = 24 * 3600;

/** Holds for tenants that never chose. */
const DEFAULTS: Omit<SecurityPolicyRow, 'tenantId'> = {
  mfaMode: 'optional',
  mfaRoles: [],
  graceDays: 7,
  requiredSince: null,
  sessionIdleS: DAY_S,
  sessionLifetimeS: 7 * DAY_S,
  introspection: false,
};

/** What a tenant wants of one person now. */
export interface SignInRequirements {
  /** What is missing before a session begins or goes on. */
  wants: 'nothing' | 'factor' | 'enrolment';
  /** Until when a member who must have a factor may go on without; undefined for those who need none. */
  enrolBy?: Date;
  /** The factors the member has. */
  factors: Pick<Standing, 'totp' | 'recoveryCodesLeft'>;
  sessionIdleS: number;
  sessionLifetimeS: number;
}

export const policyOf = async (scope: Scope): Promise<SecurityPolicyRow> =>
  (await findPolicy(scope)) ?? { tenantId: scope.tenantId, ...DEFAULTS };

/**
 * The one place that decides what a tenant wants of somebody: asked at sign-in, at each refresh and wherever else a
 * session begins, so that a stricter policy reaches those who are signed in. `mfaAt` is that of the session, if any.
 */
export async function signInRequirements(
  scope: Scope,
  memberId: string,
  mfaAt: number | null,
): Promise<SignInRequirements> {
  const [policy, held, standing] = await Promise.all([
    policyOf(scope),
    assignmentsOf(scope, [memberId]),
    standingOf(scope, memberId),
  ]);
  const { sessionIdleS, sessionLifetimeS } = policy;
  const { joinedAt, ...factors } = standing ?? { joinedAt: 0, totp: false, recoveryCodesLeft: 0 };
  const roles = held.get(memberId)?.map(({ role }) => role) ?? [];
  const enrolBy = requires(policy, roles) ? graceEnd(policy, joinedAt) : undefined;
  const limits = { factors, sessionIdleS, sessionLifetimeS };
  if (factors.totp) {
    const wants = policy.mfaMode !== 'off' && mfaAt === null ? 'factor' : 'nothing';
    return { wants, ...limits, ...(enrolBy && { enrolBy }) };
  }
  if (enrolBy === undefined) return { wants: 'nothing', ...limits };
  return { wants: enrolBy.getTime() <= Date.now() ? 'enrolment' : 'nothing', enrolBy, ...limits };
}

const requires = ({ mfaMode, mfaRoles }: SecurityPolicyRow, roles: readonly string[]): boolean =>
  mfaMode === 'required' ||
  (mfaMode === 'required-for-roles' && roles.some((role) => mfaRoles.includes(role)));

/** Whoever joined after the factor became required has as many days as all others had. */
const graceEnd = ({ requiredSince, graceDays }: SecurityPolicyRow, joinedAt: number): Date =>
  new Date(Math.max(joinedAt, requiredSince?.getTime() ?? 0) + graceDays * DAY_S * 1000);
