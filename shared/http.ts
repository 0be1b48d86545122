import type { IncomingMessage, ServerResponse } from 'node:http';
import { createGunzip } from 'node:zlib';
import { AppError } from './errors.ts';

/** Calls back when a request is over before its body was read. */
export type TellEnd = (told: () => void) => void;

/**
 * The body as text, at most `limit` bytes after decompression; it may be gzip. What is too large is left unread, so that
 * the refusal can still be sent.
 * @throws AppError PAYLOAD_TOO_LARGE, DEADLINE_EXCEEDED when the request is over first, or BAD_REQUEST
 */
export function readBody(request: IncomingMessage, limit: number, tellEnd?: TellEnd): Promise<string> {
  const { 'content-encoding': encoding = 'identity', 'content-length': length = 0 } = request.headers;
  const problem = Number(length) > limit ? new AppError('PAYLOAD_TOO_LARGE') : encodingProblem(encoding);
  if (problem !== undefined) return Promise.reject(problem);
  return new Promise((resolve, reject) => {
    const source = encoding === 'gzip' ? request.pipe(createGunzip()) : request;
    const chunks: Buffer[] = [];
    let size = 0;
    const end = (failure: AppError) => {
      request.unpipe();
      source.removeAllListeners('data');
      reject(failure);
    };
    const broken = (cause: unknown) =>
      end(new AppError('BAD_REQUEST', 'The request body is broken.', { cause }));
    source.on('data', (chunk: Buffer) => {
      size += chunk.length;
      if (size > limit) end(new AppError('PAYLOAD_TOO_LARGE'));
      else chunks.push(chunk);
    });
    source.on('end', () => resolve(Buffer.concat(chunks, size).toString('utf8')));
    source.on('error', broken);
    request.on('error', broken);
    tellEnd?.(() => end(new AppError('DEADLINE_EXCEEDED')));
  });
}

/** The reason not to read a body of this content encoding. */
export const encodingProblem = (encoding: string): AppError | undefined =>
  encoding === 'identity' || encoding === 'gzip'
    ? undefined
    : new AppError('BAD_REQUEST', 'The content encoding is not supported.');

/** Sends a JSON answer that no browser may reinterpret and no shared cache may keep. */
export function sendJson(response: ServerResponse, status: number, body: unknown): void {
  const bytes = Buffer.from(JSON.stringify(body));
  response.writeHead(status, {
    'content-type': 'application/json; charset=utf-8',
    'content-length': bytes.length,
    'x-content-type-options': 'nosniff',
    'cache-control': 'no-store',
  });
  response.end(bytes);
}

/** A header's single value; repeated headers are joined as HTTP says. */
export function header(request: IncomingMessage, name: string): string | undefined {
  const value = request.headers[name];
  return Array.isArray(value) ? value.join(', ') : value;
}
