import type { MfaMode, Resolvers, UpdateSecurityPolicyInput } from '../generated/schema.ts';
import {
  enrolBy,
  securityPolicy,
  updateSecurityPolicy,
  type PolicyChange,
  type RefusedSetting,
} from './security-policy.service.ts';

type Mode = NonNullable<PolicyChange['mfaMode']>;

const MODES = {
  OFF: 'off',
  OPTIONAL: 'optional',
  REQUIRED: 'required',
  REQUIRED_FOR_ROLES: 'required-for-roles',
} as const satisfies Record<MfaMode, Mode>;

const NAMES = {
  off: 'OFF',
  optional: 'OPTIONAL',
  required: 'REQUIRED',
  'required-for-roles': 'REQUIRED_FOR_ROLES',
} as const satisfies Record<Mode, MfaMode>;

const REFUSALS: Record<RefusedSetting, string> = {
  mfaRoles: 'Name from 1 to 100 roles of this tenant.',
  graceDays: 'The days of grace are from 0 to 30.',
  sessionIdleMinutes: 'A session may be idle from 15 minutes to 30 days.',
  sessionLifetimeHours: 'A session may live from one hour to 90 days.',
};

function changeIn(input: UpdateSecurityPolicyInput): PolicyChange {
  const { mfaMode, mfaRoles, graceDays, sessionIdleMinutes, sessionLifetimeHours, introspection } = input;
  return {
    ...(mfaMode && { mfaMode: MODES[mfaMode] }),
    ...(mfaRoles && { mfaRoles: [...mfaRoles] }),
    ...(typeof graceDays === 'number' && { graceDays }),
    ...(typeof sessionIdleMinutes === 'number' && { sessionIdleS: sessionIdleMinutes * 60 }),
    ...(typeof sessionLifetimeHours === 'number' && { sessionLifetimeS: sessionLifetimeHours * 3600 }),
    ...(typeof introspection === 'boolean' && { introspection }),
  };
}

export const resolvers: Resolvers = {
  Query: {
    securityPolicy: (_, _args, ctx) => securityPolicy(ctx),
  },
  Mutation: {
    updateSecurityPolicy: async (_, { input }, ctx) => {
      const outcome = await updateSecurityPolicy(ctx, changeIn(input));
      if (typeof outcome !== 'string') return { __typename: 'SecurityPolicy', ...outcome };
      return { __typename: 'SecurityPolicyRefused', message: REFUSALS[outcome], field: outcome };
    },
  },
  SecurityPolicy: {
    mfaMode: ({ mfaMode }) => NAMES[mfaMode],
    sessionIdleMinutes: ({ sessionIdleS }) => sessionIdleS / 60,
    sessionLifetimeHours: ({ sessionLifetimeS }) => sessionLifetimeS / 3600,
  },
  Viewer: {
    mfaEnrolBy: async ({ member }, _args, ctx) => (member ? ((await enrolBy(ctx, member)) ?? null) : null),
  },
};
