/** What subgraphs brought for an operation, put together; without `data` it could not be run at all. */
export interface Fetched {
  data?: Record<string, unknown> | null;
  errors?: readonly InnerError[];
  /** Places, as response names from the root, whose values are older than they should be: a subgraph could not be reached. */
  stale?: readonly string[];
}

/** An error on its way to a client: from a subgraph, the transport or the executor. */
export interface InnerError {
  message: string;
  path?: readonly (string | number)[] | undefined;
  extensions?: Readonly<Record<string, unknown>> | undefined;
}
