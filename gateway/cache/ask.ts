import type { CacheReason } from '../explanation.ts';
import type { FetchAnswer, SubgraphFetch } from '../transport/transport.ts';
import type { KeptFetch } from './kept-fetch.ts';

/** What the cache has to know of a fetch to take it apart. */
export interface Keeping {
  kept: KeptFetch;
  /** As they are sent, with their types; undefined for a fetch of the root. */
  represented: { texts: readonly string[]; types: readonly string[] } | undefined;
  /** A variable as `"name":value`; undefined when it was not given. */
  variable: (name: string) => string | undefined;
}

/** An answer, some of which may have been kept. */
export interface KeptAnswer extends FetchAnswer {
  /** Response names, of the root or of entities, whose values are older than they should be. */
  stale?: readonly string[];
  /** For an explanation: by response name, how the cache served it. */
  told?: ReadonlyMap<string, CacheReason>;
}

/** How the executor gets at the subgraphs; never rejects. Without `keeping` nothing is looked up and nothing is kept. */
export type Ask = (fetch: SubgraphFetch, keeping?: Keeping) => Promise<KeptAnswer>;
