import type { IncomingMessage } from 'node:http';
import { encodingProblem, readBody, type TellEnd } from '@chorus/shared/http.ts';
import { Refusal } from '../errors/errors.ts';

export type { TellEnd };

/**
 * The body as text; an encoding we do not read is answered with the one we do.
 * @throws AppError
 */
export function readText(request: IncomingMessage, limit: number, tellEnd?: TellEnd): Promise<string> {
  const problem = encodingProblem(request.headers['content-encoding'] ?? 'identity');
  if (problem === undefined) return readBody(request, limit, tellEnd);
  const headers = { 'accept-encoding': 'gzip' };
  throw new Refusal('BAD_REQUEST', problem.message, { status: 415, headers });
}
