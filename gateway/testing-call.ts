import type { Call } from './request.ts';

/** A request of nobody in particular, for executors without a gateway. */
export const CALL: Call = {
  requestId: 'test',
  deadline: Infinity,
  signal: new AbortController().signal,
  clientAddress: '',
  scheme: 'http',
  userAgent: undefined,
  identity: () => Promise.resolve(undefined),
  forwarded: {},
  session: undefined,
  sharedBy: () => undefined,
  keptFor: () => undefined,
  owner: 'nobody',
  explanation: undefined,
  lifetime: undefined,
};
