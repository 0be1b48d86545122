/** What is not true any more, in the words of Apollo's router, which has all of these but `entity` and tags of any subgraph. */
export type Invalidation =
  | { kind: 'subgraph'; subgraph: string }
  | { kind: 'type'; subgraph: string; type: string }
  | { kind: 'entity'; subgraph: string; type: string; key: Record<string, unknown> }
  | { kind: 'cache_tag'; subgraphs?: readonly string[]; cache_tag: string };

/**
 * The type of the events by which a service says what the gateways need not keep any longer: a list of invalidations. It is about
 * the event's tenant, or with the tenant `GLOBAL` about everybody.
 */
export const INVALIDATED = 'cache.invalidated';

/** Everything with objects of these types in it; `Type` names those there are. */
export const ofTypes = <Type extends string>(subgraph: string, types: readonly Type[]): Invalidation[] =>
  types.map((type) => ({ kind: 'type', subgraph, type }));
