import type { IncomingMessage } from 'node:http';
import { createGunzip } from 'node:zlib';
import { Refusal } from '../errors/errors.ts';

/**
 * The body as text. What is too large is left unread, so that the refusal can still be sent.
 * @throws Refusal
 */
export function readText(request: IncomingMessage, limit: number, signal?: AbortSignal): Promise<string> {
  const encoding = request.headers['content-encoding'] ?? 'identity';
  if (encoding !== 'identity' && encoding !== 'gzip') {
    const headers = { 'accept-encoding': 'gzip' };
    throw new Refusal('BAD_REQUEST', 'The content encoding is not supported.', { status: 415, headers });
  }
  if (Number(request.headers['content-length'] ?? 0) > limit) throw new Refusal('PAYLOAD_TOO_LARGE');
  return new Promise((resolve, reject) => {
    const source = encoding === 'gzip' ? request.pipe(createGunzip()) : request;
    const chunks: Buffer[] = [];
    let size = 0;
    const fail = (cause: unknown) => {
      request.unpipe();
      source.removeAllListeners('data');
      reject(
        cause instanceof Refusal
          ? cause
          : new Refusal('BAD_REQUEST', 'The request body is broken.', { cause }),
      );
    };
    source.on('data', (chunk: Buffer) => {
      size += chunk.length;
      if (size > limit) fail(new Refusal('PAYLOAD_TOO_LARGE'));
      else chunks.push(chunk);
    });
    source.on('end', () => resolve(Buffer.concat(chunks, size).toString('utf8')));
    source.on('error', fail);
    request.on('error', fail);
    signal?.addEventListener('abort', () => fail(new Refusal('DEADLINE_EXCEEDED')), { once: true });
  });
}
