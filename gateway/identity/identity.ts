import { Kind } from 'graphql';
import { Refusal } from '../errors/errors.ts';
import type { Caller } from '../caller.ts';
import type { Documented, Stage } from '../request.ts';
import type { Credential } from './credential.ts';
import { refused } from './refusals.ts';

export { apiKeys } from './api-key.ts';
export { credentialRefusals } from './refusals.ts';
export { foreignTokens, type TokenRules } from './foreign.ts';
export { keyUses } from './key-uses.ts';
export { sessions } from './session.ts';
export { identitySigner } from './sign.ts';

export interface Credentials {
  session: Credential;
  apiKey: Credential;
}

const BEARER = /^Bearer +([\w.~+/-]+=*)$/i;
const LONGEST_TOKEN = 8192;
const API_KEY = 'chorus_live_';
/** Mutations that get a new token, beside which an ended one is no mistake. */
const SIGNING_IN = new Set(['signIn', 'staffSignIn', 'refreshSession', 'signOut']);

/** Who calls: a session, an API key or nobody. Whatever is wrong with a credential is told in the same words. */
export const identity =
  ({ session, apiKey }: Credentials): Stage<Documented, { caller: Caller }> =>
  async (request) => {
    const token = bearerOf(request);
    if (token === undefined) return { caller: { kind: 'anonymous' } };
    if (token.startsWith(API_KEY)) return { caller: await apiKey(token, request.address) };
    try {
      return { caller: await session(token, request.address) };
    } catch (failure) {
      if (isExpired(failure) && onlySignsIn(request)) return { caller: { kind: 'anonymous' } };
      throw failure;
    }
  };

/** Who calls where every credential is a token of another issuer, whose mutations may have any name. */
export const foreignIdentity =
  (tokens: Credential): Stage<Documented, { caller: Caller }> =>
  async (request) => {
    const token = bearerOf(request);
    return { caller: token === undefined ? { kind: 'anonymous' } : await tokens(token, request.address) };
  };

/** Undefined without credentials. @throws AppError UNAUTHENTICATED for what is no bearer token */
function bearerOf({ headers: { authorization } }: Documented): string | undefined {
  if (authorization === undefined) return undefined;
  const token = BEARER.exec(authorization)?.[1];
  if (token !== undefined && token.length <= LONGEST_TOKEN) return token;
  throw refused({ kind: 'session', reason: 'malformed' });
}

/** A door that serves a contract is for programs of partners, which have keys; people are told where they belong. */
export const partnersByKey =
  (known: Stage<Documented, { caller: Caller }>): Stage<Documented, { caller: Caller }> =>
  async (request) => {
    const { caller } = await known(request);
    if (request.contract === undefined || caller.kind === 'key') return { caller };
    if (caller.kind === 'anonymous') throw new Refusal('UNAUTHENTICATED', 'Send an API key to do this.');
    throw new Refusal('FORBIDDEN', 'Partners call with an API key; a session belongs at /graphql.');
  };

/** For a gateway that has no way to check credentials: it does not look at them. */
export const withoutCredentials = (): Stage<Documented, { caller: Caller }> => () => ({
  caller: { kind: 'anonymous' },
});

const isExpired = (failure: unknown): boolean =>
  failure instanceof Error && (failure.cause as { code?: unknown } | undefined)?.code === 'ERR_JWT_EXPIRED';

const onlySignsIn = ({ operation: { kind, operation } }: Documented): boolean =>
  kind === 'mutation' &&
  operation.selectionSet.selections.every(
    (node) => node.kind === Kind.FIELD && SIGNING_IN.has(node.name.value),
  );
