import type { EventBus, NewEvent } from '@chorus/shared/event-bus.ts';
import { newId } from '@chorus/shared/id.ts';
import type { Logger } from '@chorus/shared/log.ts';
import { OPERATION_EXECUTED, OPERATIONS, type OperationExecuted } from '@chorus/shared/operation-executed.ts';
import type { Rights } from '../caller.ts';
import type { Closing, Executed, PreparedOperation } from '../request.ts';
import { busBatches } from './bus-batches.ts';

/** An operation that was executed, by reference: what is told of it is worked out when its batch goes out. */
export interface Ran {
  tenantId: string;
  rights: Rights;
  operation: PreparedOperation;
  cost: number;
  /** Milliseconds since 1970. */
  from: number;
  until: number;
  cached: boolean;
  status: number;
  code: string | null;
}

/** Keeps account of the operations that were executed for tenants. */
export interface Operations {
  note: (ran: Ran) => void;
  /** Tells what is left. */
  stop: () => Promise<void>;
}

const LONGEST_NAME = 100;

/** Tells of them on the bus, in batches; a gateway that dies has not told of the last 200 ms. */
export function busOperations(bus: Pick<EventBus, 'append'>, log: Logger): Operations {
  const { add, stop } = busBatches<Ran>({ bus, source: OPERATIONS, eventOf, log });
  return { note: add, stop };
}

/** Notes each operation that came to an answer of its own, whatever fields it lacks; whoever was refused owes nothing. */
export const operationsNoted =
  (note: Operations['note'] | undefined, timeoutMs: number, closing: Closing<Executed>): Closing<Executed> =>
  (request, failure) => {
    const answer = closing(request, failure);
    const { outcome, operation, rights, cost } = request;
    const tenantId = rights?.identity.tenantId ?? null;
    if (note === undefined || failure !== undefined || outcome === undefined || tenantId === null)
      return answer;
    if (operation === undefined || rights === undefined || cost === undefined) return answer;
    const cached = request.sharing?.ready !== undefined;
    const from = request.deadline - timeoutMs;
    const { status } = answer;
    // The answer itself could be large, and must not wait with the rest.
    const code = firstCode(answer.body);
    note({ tenantId, rights, operation, cost, from, until: Date.now(), cached, status, code });
    return answer;
  };

function eventOf({ tenantId, rights, operation, cost, from, until, cached, status, code }: Ran): NewEvent {
  const { kind, subject } = rights.identity;
  const data: OperationExecuted = {
    caller: kind === 'key' ? 'key' : 'member',
    subject: subject ?? '',
    operation: operation.name?.slice(0, LONGEST_NAME) ?? null,
    queryHash: operation.queryHash,
    cost,
    durationMs: Math.max(0, until - from),
    cached,
    status,
    code,
  };
  return { id: newId(), type: OPERATION_EXECUTED, tenantId, time: new Date(until).toISOString(), data };
}

function firstCode(body: { errors?: readonly { extensions: { code: string } }[] }): string | null {
  return body.errors?.[0]?.extensions.code ?? null;
}
