import type { Resolvers, ResolversTypes } from '../generated/schema.ts';
import { refreshSession, signOut } from './refresh.service.ts';
import { completeMfa, signIn, type SignInOutcome } from './sign-in.service.ts';

/** One sentence for every refusal, so that none tells which it was. */
const REFUSED = 'You could not be signed in.';

/** How every way of signing in is answered. */
export async function signInResult(
  going: Promise<SignInOutcome>,
): Promise<Awaited<ResolversTypes['SignInResult']>> {
  const outcome = await going;
  if (outcome === 'refused') return { __typename: 'SignInRefused', message: REFUSED };
  if ('challengeToken' in outcome) return { __typename: 'MfaChallenge', ...outcome };
  return { __typename: 'Session', ...outcome };
}

export const resolvers: Resolvers = {
  Mutation: {
    signIn: (_, { input }, ctx) => signInResult(signIn(ctx, input)),
    completeMfa: (_, { input }, ctx) => signInResult(completeMfa(ctx, input.challengeToken, input.code)),
    refreshSession: (_, { input }, ctx) => signInResult(refreshSession(ctx, input?.refreshToken)),
    signOut: async (_, { input }, ctx) => ({
      __typename: 'SignedOut',
      ended: await signOut(ctx, input?.refreshToken),
    }),
  },
};
