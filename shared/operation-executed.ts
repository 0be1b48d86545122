/** The type of the events by which the gateway tells of each operation it ran for a tenant. */
export const OPERATION_EXECUTED = 'operation.executed';

/** The bus source of those events: one of their own, so that nobody who waits for rarer ones reads past them. */
export const OPERATIONS = 'gateway.operations';

/** What an operation was and what came of it. */
export interface OperationExecuted {
  caller: 'member' | 'key';
  /** The member or the key. */
  subject: string;
  /** As its client named it, cut to 100 characters; null without a name. */
  operation: string | null;
  queryHash: string;
  /** In units of the cost specification. */
  cost: number;
  /** Whole milliseconds until the answer was made. */
  durationMs: number;
  /** Whether the whole answer was kept, so that nothing was executed. */
  cached: boolean;
  /** HTTP status. */
  status: number;
  /** Code of the first error of the answer; null without. */
  code: string | null;
}
