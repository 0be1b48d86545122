import { AppError } from '@chorus/shared/errors.ts';
import type { Fetched } from '../fetched.ts';
import type { Call, Executed, Planned, Shared, Stage, Tenanted } from '../request.ts';
import { sessionRelay, type SessionCookies } from './session.ts';

export { planExecutor, type PlanExecutor, type PlanExecutorOptions } from './operation.ts';
export type { SessionCookies } from './session.ts';

/** After the deadline the executor may still hand over what it has; then nobody waits any longer. */
const GRACE_MS = 250;

export interface ExecutorOptions {
  /** Signs who calls for one subgraph; undefined where subgraphs are not told. */
  sign: (request: Tenanted, subgraph: string) => ReturnType<Call['identity']>;
  /** Names of client headers that every subgraph sees. */
  forwardHeaders: readonly string[];
  sessionCookies: SessionCookies | undefined;
}

/** Runs the plan of the prepared operation; subgraphs are reached through `transport`. */
export const executor =
  (options: ExecutorOptions): Stage<Shared, Pick<Executed, 'outcome'>> =>
  (request) => {
    const { permitted, sharing } = request;
    const { planned, complete } = permitted;
    if (sharing.ready !== undefined) return { outcome: complete(sharing.ready) };
    if (planned === undefined) return { outcome: complete({ data: {} }) };
    return executed(request, planned, options);
  };

async function executed(
  request: Shared,
  planned: Planned,
  options: ExecutorOptions,
): Promise<Pick<Executed, 'outcome'>> {
  const { operation, permitted, sharing, asked } = request;
  const { variables } = asked;
  const client = clientOf(request);
  const running = sharing.run((signal, lifetime) => {
    const call = { ...callFor(request, signal, options), lifetime };
    return operation.generation.execute({ ...planned, variables, call, client });
  }, request.signal);
  return { outcome: permitted.complete(await inTime(running, request)) };
}

const clientOf = ({ caller, address }: Tenanted): string =>
  caller.kind === 'anonymous' ? address : `${caller.tenantId} ${caller.subject}`;

function callFor(
  request: Shared,
  signal: AbortSignal,
  { sign, forwardHeaders, sessionCookies }: ExecutorOptions,
): Omit<Call, 'lifetime'> {
  const { id, deadline, address, scheme, headers, explanation, sharing } = request;
  const forwarded: Record<string, string> = {};
  for (const name of forwardHeaders) {
    const value = headers[name];
    if (value !== undefined) forwarded[name] = Array.isArray(value) ? value.join(', ') : value;
  }
  return {
    requestId: id,
    deadline,
    signal,
    clientAddress: address,
    scheme,
    userAgent: headers['user-agent'],
    identity: (subgraph) => sign(request, subgraph),
    forwarded,
    session: sessionCookies && sessionRelay(request, sessionCookies),
    sharedBy: sharing.sharedBy,
    keptFor: sharing.keptFor,
    owner: sharing.owner,
    explanation,
  };
}

/** Subgraph requests end by themselves at the deadline; this is for whatever does not. */
function inTime(running: Promise<Fetched>, { signal }: Tenanted): Promise<Fetched> {
  return new Promise((resolve, reject) => {
    const giveUp = () => void setTimeout(() => reject(new AppError('DEADLINE_EXCEEDED')), GRACE_MS).unref();
    if (signal.aborted) giveUp();
    else signal.addEventListener('abort', giveUp, { once: true });
    running.then(resolve, reject);
  });
}
