import { createHash } from 'node:crypto';
import type { Identity } from '@chorus/shared/identity.ts';
import type { Scope } from '../../scope.ts';

const hashes = new WeakMap<object, string>();

function hashOf(rules: Identity['rules']): string {
  let hash = hashes.get(rules);
  if (hash === undefined) {
    hash = createHash('sha256').update(JSON.stringify(rules)).digest('base64url').slice(0, 12);
    hashes.set(rules, hash);
  }
  return hash;
}

/** All that a value of that scope may say of the caller it was made for; without a scope it may say anything. */
export function toldOf(identity: Identity, scope: Scope | undefined): string {
  if (scope === 'PUBLIC') return 'everybody';
  const { kind, tenantId, subject, sessionId, mfaAt, rules, flags, priceChain } = identity;
  if (scope === 'PRICE_BOOK') return `prices ${priceChain.join('+')}`;
  const audience = `${tenantId} ${hashOf(rules)} ${flags.join('+')} ${priceChain.join('+')}`;
  if (scope !== 'USER' && scope !== undefined) return audience;
  return `${audience} ${kind} ${subject} ${sessionId} ${mfaAt}`;
}

/** Whether a value changes with what its tenant does, and is forgotten with everything else of the tenant. */
export const isOfTenant = (scope: Scope | undefined): boolean => scope !== 'PUBLIC' && scope !== 'PRICE_BOOK';
