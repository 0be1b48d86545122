import type { Lifetime } from './lifetime.ts';
import type { Scope } from './scope.ts';

/** What subgraphs brought for an operation, put together; without `data` it could not be run at all. */
export interface Fetched {
  data?: Record<string, unknown> | null;
  errors?: readonly InnerError[];
  /** Places, as response names from the root, whose values are older than they should be: a subgraph could not be reached. */
  stale?: readonly string[];
  /** The client's answer, ready to be sent, when it is kept; then `data` may be missing. */
  ready?: ReadyAnswer;
}

/** A whole answer as it is kept. */
export interface ReadyAnswer {
  /** JSON. */
  bytes: Buffer;
  lifetime: Lifetime;
  scope: Scope;
}

/** An error on its way to a client: from a subgraph, the transport or the executor. */
export interface InnerError {
  message: string;
  path?: readonly (string | number)[] | undefined;
  extensions?: Readonly<Record<string, unknown>> | undefined;
}
