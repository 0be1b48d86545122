import type { Rights } from '../caller.ts';
import type { Scope } from '../scope.ts';

/**
 * Who may have an answer in common: equal for callers who would be answered alike, undefined for those who share with
 * nobody. Tenant, rules, flags and prices are always part of it, so that nobody is answered with the rights of another.
 */
export function sharersOf({ identity, audience, self }: Rights, scope: Scope): string | undefined {
  // Without a tenant there is nobody else to share a tenant's data with; visitors are a tenant of their own.
  const isOwn = (scope === 'TENANT' || scope === 'ROLE') && identity.tenantId === null;
  if (scope !== 'USER' && (!isOwn || identity.kind === 'anonymous')) return audience;
  return self === undefined ? undefined : `${audience} ${self}`;
}
