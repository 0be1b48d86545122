import type { Generation, Planned } from '../request.ts';
import { compilePolicies, type Policy } from './policies.ts';

const known = new WeakMap<object, { policy: Policy | undefined }>();

/** What holds for the whole answer to an operation, worked out once; undefined when one of its fields has no policy. */
export function policyOfWhole(
  { operation, document }: Planned,
  { supergraph }: Generation,
): Policy | undefined {
  let found = known.get(operation);
  if (found === undefined)
    known.set(operation, (found = { policy: compilePolicies(supergraph).wholeOf(document) }));
  return found.policy;
}
