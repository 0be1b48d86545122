import { AppError } from '@chorus/shared/errors.ts';
import { ANONYMOUS } from '@chorus/shared/identity.ts';
import type { Policies, Rights, TokenCaller } from '../caller.ts';
import type { Identified, Stage } from '../request.ts';
import type { Records } from './records.ts';
import { rightsReader } from './rights.ts';
import { tokenRights } from './token-rights.ts';

export { flagUses } from './flag-uses.ts';
export { productPolicies } from './policies.ts';
export { recordReasons, tokenReasons } from './reasons.ts';
export { watchRecords, type Records } from './records.ts';

const NOBODY: Rights = {
  identity: ANONYMOUS,
  key: 'anonymous',
  audience: 'anonymous',
  prices: undefined,
  self: undefined,
  until: Infinity,
  scopes: new Set(),
  policy: () => false,
  feature: () => false,
  decision: () => undefined,
  upgrade: () => undefined,
  quota: undefined,
  introspection: false,
  confirmed: () => true,
};

/** From who calls to what they may do, by the records of accounts and billing. */
export function tenant(records: Records): Stage<Identified, { rights: Rights }> {
  const rightsOf = rightsReader(records);
  return async ({ caller, operation }) => {
    if (caller.kind !== 'member' && caller.kind !== 'key') return { rights: NOBODY };
    const rights = await rightsOf(caller);
    // Asked after the records were read, since reading can take as long as the bus is away.
    if (operation.kind === 'mutation' && !records.confirmed()) throw new AppError('SUBGRAPH_UNAVAILABLE');
    return { rights };
  };
}

/** Without records, as in standalone mode, a caller is what the token and the policies say and nothing more. */
export function withoutTenants(
  policies: Policies<TokenCaller['claims']>,
): Stage<Identified, { rights: Rights }> {
  const rightsOf = tokenRights(policies);
  const met = policies.metBy({});
  // Subgraphs are told nothing about callers here, so visitors cannot be told apart.
  const nobody = { ...NOBODY, self: 'nobody', policy: (name: string) => met.has(name) };
  return ({ caller }) => ({ rights: caller.kind === 'token' ? rightsOf(caller) : nobody });
}
