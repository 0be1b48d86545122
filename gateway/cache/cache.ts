import { LRUCache } from 'lru-cache';
import type { PermittedOperation, Permitted, Scope, Shared, Sharing, Stage } from '../request.ts';
import type { FieldStore } from './field-store.ts';
import { flights, type Flights } from './flights.ts';
import { compilePolicies, type ScopeOf } from './policies.ts';
import { sharersOf } from './sharers.ts';

export type { Ask, KeptAnswer } from './ask.ts';
export { fieldCache } from './field-cache.ts';
export { memoryStore, type FieldStore } from './field-store.ts';
export { matchesOf, readInvalidations } from './invalidation.ts';
export { keptFetch, type KeptFetch } from './kept-fetch.ts';
export { compileTags } from './tags.ts';
export { compilePolicies, type Policies, type Policy, type ScopeOf } from './policies.ts';

export interface CacheOptions {
  /** Names of client headers that every subgraph sees. */
  forwardHeaders: readonly string[];
  store: FieldStore;
}

/** Tenants whose last change is remembered; those that changed nothing lately need not be. */
const MOST_TENANTS = 10_000;

/**
 * Lets requests that would be answered alike share what is under way. Whoever has changed something afterwards does not
 * join what began before.
 */
export function cache({ forwardHeaders, store }: CacheOptions): Stage<Permitted, Pick<Shared, 'sharing'>> {
  const under = flights();
  let changed = 0;
  // Of a tenant that is not remembered nobody knows that it changed nothing since.
  let forgotten = 0;
  const changes = new LRUCache<string, number>({
    max: MOST_TENANTS,
    dispose: (change, _tenant, reason) => {
      if (reason === 'evict') forgotten = Math.max(forgotten, change);
    },
  });
  return (request) => {
    const { rights, operation, headers } = request;
    const tenant = String(rights.identity.tenantId);
    const change = changes.get(tenant) ?? forgotten;
    const forwarded = forwardHeaders.map((name) => headers[name]);
    const suffix = forwarded.length === 0 ? String(change) : JSON.stringify([change, forwarded]);
    // What began before an invalidation is not for those who come after it.
    const { invalidations } = store;
    const keptBy = (scope: Scope) => {
      const sharers = sharersOf(rights, scope);
      return sharers === undefined ? undefined : `${sharers} ${suffix}`;
    };
    const sharedBy = (scope: Scope) => {
      const sharers = keptBy(scope);
      return sharers === undefined ? undefined : `${sharers} ${invalidations}`;
    };
    if (operation.kind === 'query') {
      const keptFor = (scope: Scope) => {
        if (scope === 'PUBLIC') return { owner: 'public', sharers: JSON.stringify(forwarded) };
        const sharers = keptBy(scope);
        return sharers === undefined ? undefined : { owner: `tenant ${tenant}`, sharers };
      };
      return { sharing: { sharedBy, keptFor, run: queryRun(request, sharedBy, under) } };
    }
    const run: Sharing['run'] = async (execute) => {
      try {
        return await execute(request.signal);
      } finally {
        changes.set(tenant, (changed += 1));
      }
    };
    const nobody = () => undefined;
    return { sharing: { sharedBy: nobody, keptFor: nobody, run } };
  };
}

function queryRun(
  { operation, permitted, asked, signal, explanation }: Permitted,
  sharedBy: Sharing['sharedBy'],
  { join }: Flights,
): Sharing['run'] {
  const { generation } = operation;
  const { planned } = permitted;
  // An explanation tells of this caller's own fetches.
  const sharers =
    planned === undefined || explanation !== undefined
      ? undefined
      : sharedBy(scopeOf(planned, compilePolicies(generation.supergraph).scopeOf));
  if (planned === undefined || sharers === undefined) return (execute) => execute(signal);
  const key = `${sharers} ${JSON.stringify(asked.variables)}`;
  return (execute) => join({ operation: planned.operation, key, signal, execute });
}

const scopes = new WeakMap<object, Scope>();

/** Worked out once for each operation. */
function scopeOf({ operation, document }: NonNullable<PermittedOperation['planned']>, of: ScopeOf): Scope {
  let scope = scopes.get(operation);
  if (scope === undefined) scopes.set(operation, (scope = of(document)));
  return scope;
}
