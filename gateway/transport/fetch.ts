import type { KeptFetch } from '../cache/cache.ts';
import type { Data } from '../data.ts';
import type { Call } from '../request.ts';
import type { SubgraphError } from './answer.ts';
import type { FetchShape } from './shape.ts';

/** One request to a subgraph. */
export interface SubgraphFetch {
  subgraph: string;
  /** As it is sent. */
  body: string;
  shape: FetchShape;
  /** How many representations the body holds. */
  sent: number;
  /** Present when it can be answered in part by what is kept. */
  keeping?: Keeping | undefined;
  /** Who else may have the answer: everybody who asks for the same with the same text here. Undefined: nobody. */
  sharedBy: string | undefined;
  call: Call;
}

/** What the cache has to know of a fetch to take it apart. */
export interface Keeping {
  kept: KeptFetch;
  /** As they are sent, with their types; undefined for a fetch of the root. */
  represented: { texts: readonly string[]; types: readonly string[] } | undefined;
  /** A variable as `"name":value`; undefined when it was not given. */
  variable: (name: string) => string | undefined;
}

/** An answer in the form the fetch asked for. Several requests can have the same one, so it is never changed. */
export interface FetchAnswer {
  data: Readonly<Data> | null;
  /** Paths begin at the data; without one they are about all of it. */
  errors: readonly SubgraphError[];
  /** Response names, of the root or of entities, whose values are older than they should be. */
  stale?: readonly string[];
}

/** How an executor gets at the subgraphs. */
export interface Fetching {
  /** What the answer to a subgraph operation must look like. */
  shapeOf: (operation: string) => FetchShape;
  /** Never rejects: what goes wrong is an error of the answer. */
  ask: (fetch: SubgraphFetch) => Promise<FetchAnswer>;
}
