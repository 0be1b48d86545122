import type { Resolvers } from '../generated/schema.ts';
import { WEAKNESSES } from '../people/password-rules.ts';
import { requestPasswordReset, resetPassword } from './password-reset.service.ts';
import { changePassword } from './passwords.service.ts';

const REQUESTED = 'If the address is known, a mail is on its way to it.';
const PASSWORD_REFUSED = 'The current password was not accepted.';
const RESET_REFUSED = 'This link cannot be used (any more); ask for a new one.';

export const resolvers: Resolvers = {
  Mutation: {
    changePassword: async (_, { input }, ctx) => {
      const outcome = await changePassword(ctx, input);
      if (outcome === 'refused') return { __typename: 'PasswordRefused', message: PASSWORD_REFUSED };
      if (typeof outcome === 'string') return { __typename: 'PasswordTooWeak', message: WEAKNESSES[outcome] };
      return { __typename: 'PasswordChanged', ...outcome };
    },
    requestPasswordReset: async (_, { input: { email, staff } }, ctx) => {
      await requestPasswordReset(ctx, email, staff ?? false);
      return { __typename: 'PasswordResetRequested', message: REQUESTED };
    },
    resetPassword: async (_, { input }, ctx) => {
      const outcome = await resetPassword(ctx, input);
      if (outcome === 'refused') return { __typename: 'ResetRefused', message: RESET_REFUSED };
      if (typeof outcome === 'string') return { __typename: 'PasswordTooWeak', message: WEAKNESSES[outcome] };
      return { __typename: 'PasswordChanged', ...outcome };
    },
  },
};
