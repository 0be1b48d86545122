import { STATUS_CODES, type IncomingMessage, type ServerResponse } from 'node:http';
import type { Duplex } from 'node:stream';
import { ERRORS, type ErrorCode } from '@chorus/shared/errors.ts';
import { bytesOf } from '../common-data.ts';
import type { Answer, MediaType } from '../request.ts';

/** How long a client may go on sending what nobody reads. */
const LINGER_MS = 1000;

/** Writes an answer; nothing may reinterpret it, and no shared cache may keep it. */
export function write(
  request: IncomingMessage,
  response: ServerResponse,
  { status, headers, body }: Answer,
  type: MediaType = 'application/json',
): void {
  if (response.destroyed || response.headersSent) return;
  if (isKnown(request, headers['etag'])) {
    response.writeHead(304, headers).end();
    return;
  }
  const bytes = bytesOf(body);
  response.writeHead(status, {
    'content-type': `${type}; charset=utf-8`,
    'content-length': bytes.length,
    'x-content-type-options': 'nosniff',
    'cache-control': 'no-store',
    ...headers,
    ...(unread(request) ? { connection: 'close' } : {}),
  });
  response.end(bytes);
  if (unread(request)) discard(request);
}

/** Whether the client has this very answer already. */
const isKnown = ({ method, headers }: IncomingMessage, etag: string | undefined): boolean =>
  etag !== undefined && method === 'GET' && (headers['if-none-match'] ?? '').split(/\s*,\s*/).includes(etag);

const unread = ({ complete, headers }: IncomingMessage): boolean =>
  !complete && (headers['transfer-encoding'] !== undefined || Number(headers['content-length'] ?? 0) > 0);

/** Unread bytes at closing time would reset the connection and take the answer with them. */
function discard(request: IncomingMessage): void {
  request.resume();
  const timer = setTimeout(() => request.destroy(), LINGER_MS);
  timer.unref();
  request.once('close', () => clearTimeout(timer));
}

/** A refusal that no stage needs to see. */
export const plainError = (
  code: ErrorCode,
  message: string = ERRORS[code].message,
  headers: Record<string, string> = {},
): Answer => ({
  status: ERRORS[code].status,
  headers,
  body: { errors: [{ message, extensions: { code } }] },
});

const BYTES_STATUS: Record<string, number> = { HPE_HEADER_OVERFLOW: 431, ERR_HTTP_REQUEST_TIMEOUT: 408 };

/** Answers what could not be read as HTTP, and closes. */
export function refuseBytes(error: Error & { code?: string }, socket: Duplex): void {
  if (!socket.writable) return;
  const status = BYTES_STATUS[error.code ?? ''] ?? 400;
  const body = JSON.stringify(plainError('BAD_REQUEST', 'The request is not valid HTTP.').body);
  const headers = [
    'Connection: close',
    'Content-Type: application/json; charset=utf-8',
    `Content-Length: ${body.length}`,
    'X-Content-Type-Options: nosniff',
    'Cache-Control: no-store',
  ];
  socket.end(`HTTP/1.1 ${status} ${STATUS_CODES[status]}\r\n${headers.join('\r\n')}\r\n\r\n${body}`);
}
