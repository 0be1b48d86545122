import type { Data } from '../data.ts';
import type { Call } from '../request.ts';
import type { AnsweredTags, SubgraphError } from './answer.ts';
import type { CachingHeaders } from './caching.ts';
import type { FetchShape } from './shape.ts';

/** One request to a subgraph. */
export interface SubgraphFetch {
  subgraph: string;
  /** As it is sent. */
  body: string;
  shape: FetchShape;
  /** How many representations the body holds. */
  sent: number;
  /** Who else may have the answer: everybody who asks for the same with the same text here. Undefined: nobody. */
  sharedBy: string | undefined;
  call: Call;
}

/** An answer in the form the fetch asked for. Several requests can have the same one, so it is never changed. */
export interface FetchAnswer {
  data: Readonly<Data> | null;
  /** Paths begin at the data; without one they are about all of it. */
  errors: readonly SubgraphError[];
  tags?: AnsweredTags | undefined;
  /** Only where headers are to say what may be kept. */
  caching?: CachingHeaders | undefined;
}

/** How an executor gets at the subgraphs. */
export interface Fetching {
  /** What the answer to a subgraph operation must look like. */
  shapeOf: (operation: string) => FetchShape;
  /** Never rejects: what goes wrong is an error of the answer. */
  ask: (fetch: SubgraphFetch) => Promise<FetchAnswer>;
}
