import type { ResolversTypes } from '../generated/schema.ts';
import type { RefusedScope } from './api-key-input.ts';
import type { createApiKey, revokeApiKey } from './api-keys.service.ts';
import type { rotateApiKey } from './rotate.service.ts';

const WHY: Record<RefusedScope['because'], (scope: string) => string> = {
  unknown: (scope) => `There is no permission "${scope}".`,
  'needs-second-factor': (scope) => `${scope} needs a second factor, which a key does not have.`,
  'not-held': (scope) => `You do not hold ${scope}, so you cannot give it to a key.`,
};

/** What a new key's outcome looks like to a client. */
export function createApiKeyResult(
  outcome: Awaited<ReturnType<typeof createApiKey>>,
): Awaited<ResolversTypes['CreateApiKeyResult']> {
  if (outcome === 'limit-reached')
    return { __typename: 'ApiKeyLimitReached', message: 'A tenant has at most 100 working keys.' };
  if ('invalid' in outcome) return { __typename: 'ApiKeyInvalid', message: outcome.invalid };
  if ('because' in outcome) {
    const { scope, because } = outcome;
    const __typename = because === 'not-held' ? 'ApiKeyScopeNotHeld' : 'ApiKeyScopeInvalid';
    return { __typename, scope, message: WHY[because](scope) };
  }
  return { __typename: 'ApiKeyCreated', ...outcome };
}

/** What a rotation's outcome looks like to a client. */
export function rotateApiKeyResult(
  outcome: Awaited<ReturnType<typeof rotateApiKey>>,
): Awaited<ResolversTypes['RotateApiKeyResult']> {
  if (outcome === 'not-found') return NOT_FOUND;
  if (outcome === 'ended')
    return { __typename: 'ApiKeyNotRotatable', message: 'This key has ended; make a new one.' };
  if (outcome === 'replaced')
    return {
      __typename: 'ApiKeyNotRotatable',
      message: 'This key was rotated already; rotate the one that replaces it.',
    };
  return createApiKeyResult(outcome);
}

/** The key as it is now, in the form the union needs. */
export function revokeApiKeyResult(
  outcome: Awaited<ReturnType<typeof revokeApiKey>>,
): Awaited<ResolversTypes['RevokeApiKeyResult']> {
  if (outcome === 'not-found') return NOT_FOUND;
  const apiKey = { __typename: 'ApiKey' as const, ...outcome };
  return apiKey;
}

const NOT_FOUND = { __typename: 'ApiKeyNotFound', message: 'There is no such key.' } as const;
