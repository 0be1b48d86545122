import {
  type HeaderMap,
  type ApolloServerOptionsWithGateway,
  type ApolloServerPlugin,
  type BaseContext,
} from '@apollo/server';
import { ERRORS } from '@chorus/shared/errors.ts';
import type { Logger } from '@chorus/shared/log.ts';
import { GraphQLError } from 'graphql';
import type { Client } from './client.ts';
import { writeHead } from './gateway.ts';
import { GUARDING_HEADERS, type Run } from './run.ts';
import { inOurWords } from './wording.ts';

/** Makes Apollo Server speak HTTP as the own door does: the same statuses, words and headers. */
export const httpDetails = (run: Run, startFailed: () => Promise<void>): ApolloServerPlugin => ({
  startupDidFail: startFailed,
  invalidRequestWasReceived: async ({ error }) => {
    if (error instanceof GraphQLError) inOurWords(error, GUARDING_HEADERS);
  },
  requestDidStart: async () => ({
    willSendResponse: async ({ request, source, operation, contextValue, response }) => {
      const runs =
        operation !== undefined && (request.http?.method !== 'GET' || operation.operation === 'query');
      if (runs) return guard(response.http.headers);
      // Apollo Server refuses in words of its own what names no operation that it may run; the pipeline has ours.
      const answer = await run({ request, source }, contextValue as Client);
      response.body = { kind: 'single', singleResult: answer.body };
      response.http.headers.delete('allow');
      writeHead(response.http, answer);
    },
  }),
});

function guard(headers: HeaderMap): void {
  for (const [name, value] of Object.entries(GUARDING_HEADERS))
    if (!headers.has(name)) headers.set(name, value);
}

type FormatError = NonNullable<ApolloServerOptionsWithGateway<BaseContext>['formatError']>;

/** Keeps from clients what was thrown without being meant for them, by plugins and `context` functions. */
export const masking =
  (log: Logger): FormatError =>
  (formatted, thrown) => {
    const cause = thrown instanceof GraphQLError ? (thrown.originalError ?? thrown) : thrown;
    if (cause instanceof GraphQLError) return formatted;
    log.error({ error: cause }, 'error outside the pipeline masked');
    return { message: ERRORS.INTERNAL.message, extensions: { code: 'INTERNAL' } };
  };
