import { LRUCache } from 'lru-cache';
import type { PermittedOperation, Permitted, Scope, Shared, Sharing, Stage } from '../request.ts';
import { flights, type Flights } from './flights.ts';
import { compileScopes } from './scopes.ts';
import { sharersOf } from './sharers.ts';

export { compileScopes, type ScopeOf } from './scopes.ts';

export interface CacheOptions {
  /** Names of client headers that every subgraph sees. */
  forwardHeaders: readonly string[];
}

/** Tenants whose last change is remembered; those that changed nothing lately need not be. */
const MOST_TENANTS = 10_000;

/**
 * Lets requests that would be answered alike share what is under way. Whoever has changed something afterwards does not
 * join what began before.
 */
export function cache({ forwardHeaders }: CacheOptions): Stage<Permitted, Pick<Shared, 'sharing'>> {
  const under = flights();
  const changes = new LRUCache<string, number>({ max: MOST_TENANTS });
  let changed = 0;
  return (request) => {
    const { rights, operation, headers } = request;
    const tenant = String(rights.identity.tenantId);
    const change = changes.get(tenant) ?? 0;
    const forwarded = forwardHeaders.map((name) => headers[name]);
    const suffix = forwarded.length === 0 ? String(change) : JSON.stringify([change, forwarded]);
    const sharedBy = (scope: Scope) => {
      const sharers = sharersOf(rights, scope);
      return sharers === undefined ? undefined : `${sharers} ${suffix}`;
    };
    if (operation.kind === 'query') return { sharing: { sharedBy, run: queryRun(request, sharedBy, under) } };
    const run: Sharing['run'] = async (execute) => {
      try {
        return await execute(request.signal);
      } finally {
        changes.set(tenant, (changed += 1));
      }
    };
    return { sharing: { sharedBy: () => undefined, run } };
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
      : sharedBy(scopeOf(planned, compileScopes(generation.supergraph)));
  if (planned === undefined || sharers === undefined) return (execute) => execute(signal);
  const key = `${sharers} ${JSON.stringify(asked.variables)}`;
  return (execute) => join({ operation: planned.operation, key, signal, execute });
}

const scopes = new WeakMap<object, Scope>();

/** Worked out once for each operation. */
function scopeOf(
  { operation, document }: NonNullable<PermittedOperation['planned']>,
  of: ReturnType<typeof compileScopes>,
): Scope {
  let scope = scopes.get(operation);
  if (scope === undefined) scopes.set(operation, (scope = of(document)));
  return scope;
}
