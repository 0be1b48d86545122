import type { Rights } from '../caller.ts';
import type { Scope } from '../scope.ts';
import { ownerOf } from './forget.ts';

/**
 * Who may have an answer in common: equal for callers who would be answered alike, undefined for those who share with
 * nobody. Tenant, rules, flags and prices are part of it, so that nobody is answered with the rights of another; what depends
 * on prices only is the same for all who have the same.
 */
export function sharersOf({ identity, audience, prices, self }: Rights, scope: Scope): string | undefined {
  if (isOfPrices(scope, prices)) return `prices ${prices}`;
  // Without a tenant there is nobody else to share a tenant's data with; visitors are a tenant of their own.
  const isOwn = (scope === 'TENANT' || scope === 'ROLE') && identity.tenantId === null;
  if (scope !== 'USER' && (!isOwn || identity.kind === 'anonymous')) return audience;
  return self === undefined ? undefined : `${audience} ${self}`;
}

/** Whose values those are that are kept for a scope, and that others cannot drive out. */
export function ownerFor({ identity, prices }: Rights, scope: Scope): string {
  if (scope === 'PUBLIC') return 'public';
  return isOfPrices(scope, prices) ? 'prices' : ownerOf(identity.tenantId);
}

/** Without a price chain there are only the prices of a tenant. */
const isOfPrices = (scope: Scope, prices: string | undefined): prices is string =>
  scope === 'PRICE_BOOK' && prices !== undefined;
