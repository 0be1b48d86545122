import type { Resolvers } from '../generated/schema.ts';
import { MEMBER_NOT_FOUND } from '../members/members.results.ts';
import { confirmTotp, enrolTotp } from './enrolment.service.ts';
import { resetMemberFactors, unlockMember, type ResetRefusal } from './member-factors.service.ts';
import { factorsOf, removeFactor } from './own-factors.service.ts';
import { regenerateRecoveryCodes } from './recovery-codes.service.ts';

const PROBLEMS = {
  refused: { __typename: 'FactorRefused', message: 'That was not accepted.' },
  'already-enrolled': { __typename: 'AlreadyEnrolled', message: 'You have a second factor; sign in again.' },
  'not-enrolled': { __typename: 'NotEnrolled', message: 'You have no second factor.' },
  required: { __typename: 'FactorRequired', message: 'A tenant of yours wants a second factor of you.' },
} as const;

const RESET_REFUSALS: Record<ResetRefusal, string> = {
  own: 'Your own factor is removed by you, after signing in with it.',
  elsewhere: 'Only people who belong to this tenant alone can be reset here.',
};

export const resolvers: Resolvers = {
  Mutation: {
    enrolTotp: async (_, { input }, ctx) => {
      const outcome = await enrolTotp(ctx, input?.enrolmentToken);
      return typeof outcome === 'string' ? PROBLEMS[outcome] : { __typename: 'TotpEnrolment', ...outcome };
    },
    confirmTotp: async (_, { input: { code, enrolmentToken } }, ctx) => {
      const outcome = await confirmTotp(ctx, code, enrolmentToken);
      return typeof outcome === 'string' ? PROBLEMS[outcome] : { __typename: 'TotpConfirmed', ...outcome };
    },
    regenerateRecoveryCodes: async (_, _args, ctx) => {
      const outcome = await regenerateRecoveryCodes(ctx);
      if (typeof outcome === 'string') return PROBLEMS[outcome];
      return { __typename: 'RecoveryCodes', recoveryCodes: outcome };
    },
    removeFactor: async (_, _args, ctx) => {
      const outcome = await removeFactor(ctx);
      return typeof outcome === 'string' ? PROBLEMS[outcome] : { __typename: 'FactorRemoved', ...outcome };
    },
    resetMemberFactors: async (_, { input }, ctx) => {
      const outcome = await resetMemberFactors(ctx, input.memberId);
      if (typeof outcome !== 'string') return { __typename: 'Member', ...outcome };
      if (outcome === 'member-unknown') return MEMBER_NOT_FOUND;
      return { __typename: 'FactorResetRefused', message: RESET_REFUSALS[outcome] };
    },
    unlockMember: async (_, { input }, ctx) => {
      const outcome = await unlockMember(ctx, input.memberId);
      return typeof outcome === 'string' ? MEMBER_NOT_FOUND : { __typename: 'Member', ...outcome };
    },
  },
  Viewer: {
    factors: ({ member }, _args, ctx) => (member ? factorsOf(ctx, member) : null),
  },
};
