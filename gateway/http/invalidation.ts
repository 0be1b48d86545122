import { createHash, timingSafeEqual } from 'node:crypto';
import type { IncomingMessage, ServerResponse } from 'node:http';
import { readBody, sendJson } from '@chorus/shared/http.ts';
import { AppError, ERRORS } from '@chorus/shared/errors.ts';
import { parseJson } from './sent.ts';

const BODY_LIMIT = 64 * 1024;
const BEARER = /^Bearer (.+)$/i;

/** Tells of how many records, and whether other gateways will know. @throws AppError for a body that cannot be understood */
type Invalidate = (body: unknown) => Promise<{ count: number; isTold: boolean }>;

/** `POST /cache/invalidate` of the internal port: the cache forgets what is not true any more. Without a token it refuses all. */
export const invalidation =
  (token: string | undefined, invalidate: Invalidate) =>
  async (request: IncomingMessage, response: ServerResponse): Promise<void> => {
    if (request.method !== 'POST') return refuse(response, 405, 'Send POST.');
    const sent = BEARER.exec(request.headers.authorization ?? '')?.[1];
    if (token === undefined || sent === undefined || !isSame(sent, token))
      return refuse(response, 401, 'Send the internal token as a bearer token.');
    try {
      const text = await readBody(request, BODY_LIMIT);
      const { count, isTold } = await invalidate(parseJson(text, 'The body'));
      if (isTold) sendJson(response, 202, { count });
      else
        sendJson(response, 503, {
          count,
          error: 'Done here; other gateways are told as soon as Redis is back.',
        });
    } catch (failure) {
      if (!(failure instanceof AppError)) throw failure;
      refuse(response, ERRORS[failure.code].status, failure.message);
    }
  };

/** Takes as long for a wrong token as for the right one. */
const isSame = (sent: string, token: string): boolean => timingSafeEqual(digest(sent), digest(token));
const digest = (text: string): Buffer => createHash('sha256').update(text).digest();

function refuse(response: ServerResponse, status: number, error: string): void {
  response.shouldKeepAlive = false;
  sendJson(response, status, { error });
}
