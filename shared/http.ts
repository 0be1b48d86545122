import type { IncomingMessage, ServerResponse } from 'node:http';
import { createGunzip } from 'node:zlib';
import { AppError } from './errors.ts';

/**
 * The body as text, at most `limit` bytes after decompression.
 * @throws AppError PAYLOAD_TOO_LARGE, or BAD_REQUEST for a broken or unknown encoding.
 */
export async function readBody(request: IncomingMessage, limit: number): Promise<string> {
  const encoding = request.headers['content-encoding'] ?? 'identity';
  if (encoding !== 'identity' && encoding !== 'gzip') {
    throw new AppError('BAD_REQUEST', `The content encoding ${encoding.slice(0, 20)} is not supported.`);
  }
  if (Number(request.headers['content-length'] ?? 0) > limit) throw new AppError('PAYLOAD_TOO_LARGE');
  const source = encoding === 'gzip' ? request.pipe(createGunzip()) : request;
  const chunks: Buffer[] = [];
  let size = 0;
  try {
    for await (const chunk of source as AsyncIterable<Buffer>) {
      size += chunk.length;
      if (size > limit) throw new AppError('PAYLOAD_TOO_LARGE');
      chunks.push(chunk);
    }
  } catch (cause) {
    if (cause instanceof AppError) throw cause;
    throw new AppError('BAD_REQUEST', 'The request body could not be read.', { cause });
  }
  return Buffer.concat(chunks, size).toString('utf8');
}

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
