import type { FetchAnswer, Fetching, SubgraphFetch } from '../transport/transport.ts';
import type { FieldStore } from './field-store.ts';
import type { Forgetting } from './forget.ts';
import type { HeaderPolicy } from './header-policy.ts';
import { keeper } from './keeper.ts';
import type { Partly } from './partly.ts';
import type { Policy } from './policies.ts';
import type { SharedValues } from './shared-values.ts';
import { spendAsked } from './spend.ts';

export interface AskingOptions extends Fetching {
  store: FieldStore;
  /** What other gateways have kept; undefined when there are none. */
  shared?: SharedValues | undefined;
  /** Forgets what a mutation has changed, here at once and then everywhere. */
  forget: (forgetting: Forgetting) => unknown;
  /** Where headers of answers say what is kept; otherwise the schema does. */
  headerPolicy?: HeaderPolicy | undefined;
  /** Milliseconds since any moment. */
  now?: () => number;
  /** From 0 to 1. */
  random?: () => number;
}

/** What came of asking, with what headers say of keeping it. */
interface Answered {
  answer: FetchAnswer;
  policy: Policy | string | undefined;
}

export interface Asking {
  /** Asks, and keeps what may be kept; `partly` is not called where nothing is. */
  asking: (fetch: SubgraphFetch, partly: () => Partly | undefined) => Promise<Answered>;
  /** Whether there can be anything to look up of a subgraph: one that never lets anything be kept costs no looking. */
  mayHaveKept: (subgraph: string) => boolean;
}

export function asker({ ask, store, shared, forget, headerPolicy, ...options }: AskingOptions): Asking {
  const { now = () => performance.now(), random = Math.random } = options;
  const keep = keeper(store, random, shared);
  /** Subgraphs whose headers have let something be kept. */
  const letting = new Set<string>();
  /** Whatever a subgraph says that it has changed is forgotten before anybody hears of the change. */
  const told = async (fetch: SubgraphFetch): Promise<FetchAnswer> => {
    const answer = await ask(fetch);
    if (!fetch.shape.mutation) return answer;
    const tags = answer.tags?.invalidated;
    // Of a subgraph that does not say what it changed everything may have changed, as far as the tenant is concerned.
    if (tags === undefined) void forget({ owner: fetch.call.owner });
    else if (tags.length > 0)
      void forget({ what: tags.map((cache_tag) => ({ kind: 'cache_tag', cache_tag })) });
    return answer;
  };
  /** Nobody joins what was asked for before something of their tenant was forgotten, however long they were on their way. */
  const sinceForgotten = (fetch: SubgraphFetch): SubgraphFetch => {
    const { sharedBy, call } = fetch;
    if (sharedBy === undefined) return fetch;
    return { ...fetch, sharedBy: `${sharedBy} ${store.lastInvalidation(call.owner)}` };
  };
  return {
    mayHaveKept: (subgraph) => headerPolicy === undefined || letting.has(subgraph),
    asking: async (fetch, partlyOf) => {
      const asked = { at: now(), since: store.invalidations, mark: shared?.mark() };
      const answer = await told(sinceForgotten(fetch));
      const policy = answer.data === null ? undefined : headerPolicy?.(answer.caching);
      const isLet = typeof policy === 'object';
      if (isLet) letting.add(fetch.subgraph);
      const partly = isLet || headerPolicy === undefined ? partlyOf() : undefined;
      if (partly === undefined) fetch.call.lifetime?.end();
      else
        spendAsked(partly, asked.at, keep(partly, answer, { ...asked, policy: isLet ? policy : undefined }));
      return { answer, policy };
    },
  };
}
