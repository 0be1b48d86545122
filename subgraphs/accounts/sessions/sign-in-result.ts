import type { ResolversTypes } from '../generated/schema.ts';
import type { SignInOutcome } from './sign-in.service.ts';

/** One sentence for every refusal, so that none tells which it was. */
const REFUSED = 'You could not be signed in.';
const ENROL = 'This tenant wants a second factor of you: set up an authenticator app to go on.';

/** The member of the union an outcome is; for every mutation that begins or goes on with a session. */
export async function signInResult(
  going: Promise<SignInOutcome>,
): Promise<Awaited<ResolversTypes['SignInResult']>> {
  const outcome = await going;
  if (outcome === 'refused') return { __typename: 'SignInRefused', message: REFUSED };
  if ('challengeToken' in outcome) return { __typename: 'MfaChallenge', ...outcome };
  if ('enrolmentToken' in outcome) return { __typename: 'MfaEnrolmentNeeded', message: ENROL, ...outcome };
  return Object.assign(outcome, { __typename: 'Session' as const });
}
