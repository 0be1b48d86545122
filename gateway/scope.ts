/** Whom a field's value is for, as `@fieldCache` says. */
export type Scope = 'PUBLIC' | 'PRICE_BOOK' | 'TENANT' | 'ROLE' | 'USER';

/** From the one everybody shares to the one nobody does. */
export const SCOPES: readonly Scope[] = ['PUBLIC', 'PRICE_BOOK', 'TENANT', 'ROLE', 'USER'];

/** Whether what is for one may not be given to everybody of the other. */
export const isNarrower = (one: Scope, other: Scope): boolean => SCOPES.indexOf(one) > SCOPES.indexOf(other);
