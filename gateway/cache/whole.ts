import type { Generation, Planned } from '../request.ts';
import type { Scope } from '../scope.ts';
import { compilePolicies, HEADER_SCOPES } from './policies.ts';

/** Whom a whole answer is for. */
export interface Whole {
  /** Who shares it while it is under way. */
  scope: Scope;
  /** Whom it may be kept for, the most people first; nobody when one of its fields has no policy. */
  kept: readonly Scope[];
}

const known = new WeakMap<object, Whole>();

/** What holds for the whole answer to an operation, worked out once. */
export function wholeOf(planned: Planned, generation: Generation): Whole {
  let found = known.get(planned.operation);
  if (found === undefined) known.set(planned.operation, (found = whole(planned, generation)));
  return found;
}

function whole({ document }: Planned, { supergraph }: Generation): Whole {
  const policies = compilePolicies(supergraph);
  // Until its headers are there, it could be for one caller only.
  if (policies.fromHeaders) return { scope: 'USER', kept: HEADER_SCOPES };
  const policy = policies.wholeOf(document);
  if (policy === undefined) return { scope: 'USER', kept: [] };
  return { scope: policy.scope, kept: policy.maxAge > 0 ? [policy.scope] : [] };
}
