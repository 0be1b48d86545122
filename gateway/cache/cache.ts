import type { Permitted, Shared, Sharing, Stage } from '../request.ts';
import type { Scope } from '../scope.ts';
import { answers, type Answers, type Place } from './answers.ts';
import type { FieldStore } from './field-store.ts';
import { flights, type Flights } from './flights.ts';
import { ownerOf } from './forget.ts';
import { compilePolicies } from './policies.ts';
import type { ServedCounts } from './served-counts.ts';
import { ownerFor, sharersOf } from './sharers.ts';
import { wholeOf } from './whole.ts';

export type { Ask, KeptAnswer } from './ask.ts';
export { busOthers } from './bus-others.ts';
export { compileFeeding } from './feeding.ts';
export { fieldCache } from './field-cache.ts';
export { memoryStore, type FieldStore } from './field-store.ts';
export { fleet, type Fleet, type Invalidated } from './fleet.ts';
export type { Forgetting } from './forget.ts';
export { freshnessTold } from './freshness.ts';
export { headerPolicy } from './header-policy.ts';
export { readInvalidations } from './invalidation.ts';
export { keptFetch, type KeptFetch } from './kept-fetch.ts';
export { servedCounts, type ServedCounts } from './served-counts.ts';
export { compileTags } from './tags.ts';
export type { Others } from './others.ts';
export { compilePolicies, type Policies, type Policy, type ScopeOf } from './policies.ts';

export interface CacheOptions {
  /** Names of client headers that every subgraph sees. */
  forwardHeaders: readonly string[];
  store: FieldStore;
  counts: ServedCounts;
  /** As of `Others`. */
  heardSince: () => number;
}

/**
 * Finds answers that are kept whole, and lets requests that would be answered alike share what is under way. Nobody joins
 * what began before something of their tenant was forgotten.
 */
export function cache({
  forwardHeaders,
  store,
  counts,
  heardSince,
}: CacheOptions): Stage<Permitted, Pick<Shared, 'sharing'>> {
  const shared = { store, under: flights(), kept: answers(store, counts.answers, heardSince) };
  return (request) => {
    const { rights, operation, headers } = request;
    const owner = ownerOf(rights.identity.tenantId);
    const forwarded =
      forwardHeaders.length === 0 ? '' : JSON.stringify(forwardHeaders.map((name) => headers[name]));
    if (operation.kind === 'mutation') return { sharing: { ...ALONE, owner } };
    const sharedBy = (scope: Scope) => {
      const sharers = sharersOf(rights, scope);
      return sharers === undefined ? undefined : `${sharers} ${forwarded}`;
    };
    const isVisitor = rights.identity.kind === 'anonymous';
    const keptFor = (scope: Scope) => {
      // A schema's author can know that subgraphs are told nothing of visitors; whoever calls an answer private may not.
      if (scope === 'USER' && isVisitor && compilePolicies(operation.generation.supergraph).fromHeaders)
        return undefined;
      const sharers = scope === 'PUBLIC' ? forwarded : sharedBy(scope);
      return sharers === undefined ? undefined : { owner: ownerFor(rights, scope), sharers };
    };
    const bounds = { owner, sharedBy, keptFor };
    return { sharing: { ...bounds, ...answering(request, bounds, shared) } };
  };
}

const nobody = () => undefined;

/** A mutation has nothing in common with anybody, and nothing of what it asks afterwards is kept. */
const ALONE: Omit<Sharing, 'owner'> = {
  sharedBy: nobody,
  keptFor: nobody,
  run: (execute, signal) => execute(signal),
};

/** What requests find of others. */
interface SharedAnswers {
  store: FieldStore;
  under: Flights;
  kept: Answers;
}

/** Finds the answer, or says how it is come by. */
function answering(
  { operation, permitted, asked, explanation }: Permitted,
  { owner, sharedBy, keptFor }: Pick<Sharing, 'owner' | 'sharedBy' | 'keptFor'>,
  { store, under, kept }: SharedAnswers,
): Pick<Sharing, 'ready' | 'run'> {
  const { generation } = operation;
  const { planned } = permitted;
  // An explanation tells of this caller's own fetches.
  if (planned === undefined || explanation !== undefined) return { run: ALONE.run };
  const whole = wholeOf(planned, generation);
  const variables = JSON.stringify(asked.variables);
  const name = `${generation.id} ${planned.queryHash} ${planned.name ?? ''} ${variables}`;
  const places = (permitted.isAll ? whole.kept : []).flatMap((scope): Place[] => {
    const shelf = keptFor(scope);
    return shelf === undefined ? [] : [{ owner: shelf.owner, record: `${shelf.sharers}\n${name}`, scope }];
  });
  const ready = places.length === 0 ? undefined : kept.find(places);
  if (ready !== undefined) return { ready, run: ALONE.run };
  const sharers = sharedBy(whole.scope);
  const key = `${sharers} ${store.lastInvalidation(owner)} ${variables}`;
  const run: Sharing['run'] = (execute, signal) => {
    const keeping = places.length === 0 ? execute : kept.keeping(places, execute);
    if (sharers === undefined) return keeping(signal);
    return under.join({ operation: planned.operation, key, signal, execute: keeping });
  };
  return { run };
}
