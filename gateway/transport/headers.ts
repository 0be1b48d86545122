import { IDENTITY_HEADER } from '@chorus/shared/identity.ts';
import type { Call } from '../request.ts';

const ALWAYS = ['content-type', 'application/json', 'accept', 'application/json'] as const;

/**
 * Whether a header may differ between requests that have the same forwarded headers. All that the gateway adds by itself
 * counts; what it never sends, such as `origin`, is the same for everybody.
 */
export const isOfRequest = (name: string): boolean => name.startsWith('chorus-') || name === 'cookie';

/** What a subgraph is told beside the operation, as names and values by turns. */
export function headersFor(
  subgraph: string,
  call: Call,
  identity: string | undefined,
  budgetMs: number,
): string[] {
  const headers = [
    ...ALWAYS,
    'chorus-request-id',
    call.requestId,
    'chorus-deadline-ms',
    String(Math.ceil(budgetMs)),
  ];
  for (const name in call.forwarded) headers.push(name, call.forwarded[name] ?? '');
  if (identity !== undefined) {
    headers.push(IDENTITY_HEADER, identity);
    headers.push('chorus-client-address', call.clientAddress, 'chorus-scheme', call.scheme);
    if (call.userAgent !== undefined) headers.push('chorus-user-agent', call.userAgent);
  }
  if (call.session?.subgraph !== subgraph) return headers;
  headers.push('chorus-session-mode', 'cookie');
  if (call.session.cookie !== undefined) headers.push('cookie', call.session.cookie);
  return headers;
}
