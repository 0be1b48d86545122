import { expect, test } from 'vitest';
import { CALL } from '../testing-call.ts';
import type { Call } from '../request.ts';
import { headersFor, isOfRequest } from './headers.ts';

/** By name; those that are not sent are undefined. */
function sent(
  call: Call,
  identity: string | undefined,
  budgetMs: number,
): Record<string, string | undefined> {
  const headers = headersFor('shop', call, identity, budgetMs);
  return Object.fromEntries(headers.flatMap((name, at) => (at % 2 === 0 ? [[name, headers[at + 1]]] : [])));
}

test('whatever subgraphs are told of one request and not of another is known to differ, as no cache may overlook it', () => {
  const one = sent({ ...CALL, forwarded: { 'x-app': 'a' } }, undefined, 1);
  const session = { subgraph: 'shop', cookie: 'c', set: () => undefined };
  const [requestId, clientAddress, scheme, userAgent] = ['r', 'a', 'https', 'u'] as const;
  const call = { ...CALL, requestId, clientAddress, scheme, userAgent, session, forwarded: { 'x-app': 'b' } };
  const other = sent(call, 'somebody', 2);
  const names = Object.keys({ ...one, ...other }).filter((name) => one[name] !== other[name]);
  expect(names.length).toBeGreaterThanOrEqual(9);
  expect(names.filter((name) => !isOfRequest(name))).toEqual(['x-app']);
});
