import { AppError } from '@chorus/shared/errors.ts';
import { ANONYMOUS } from '@chorus/shared/identity.ts';
import type { Caller, Identified, Rights, Stage } from '../request.ts';
import type { Records } from './records.ts';
import { rightsReader } from './rights.ts';

export { watchRecords, type Records } from './records.ts';

const NOBODY: Rights = {
  identity: ANONYMOUS,
  key: 'anonymous',
  until: Infinity,
  scopes: new Set(),
  policy: () => false,
  feature: () => false,
  upgrade: () => undefined,
  confirmed: () => true,
};

/** From who calls to what they may do, by the records of accounts and billing. */
export function tenant(records: Records): Stage<Identified, { rights: Rights }> {
  const rightsOf = rightsReader(records);
  return async ({ caller, operation }) => {
    if (caller.kind === 'anonymous') return { rights: NOBODY };
    const rights = await rightsOf(caller);
    // Asked after the records were read, since reading can take as long as the bus is away.
    if (operation.kind === 'mutation' && !records.confirmed()) throw new AppError('SUBGRAPH_UNAVAILABLE');
    return { rights };
  };
}

/** Without records, as in standalone mode, a caller is what the token says and nothing more. */
export const withoutTenants =
  (): Stage<Identified, { rights: Rights }> =>
  ({ caller }) => ({ rights: caller.kind === 'member' ? tokenRights(caller) : NOBODY });

function tokenRights(caller: Extract<Caller, { kind: 'member' }>): Rights {
  const { tenantId, subject, sessionId, amr, authTime, mfaAt } = caller;
  const identity = { ...ANONYMOUS, kind: 'member' as const, subject, sessionId, amr, authTime, mfaAt };
  return {
    ...NOBODY,
    identity: { ...identity, tenantId: tenantId === '' ? null : tenantId },
    key: JSON.stringify([tenantId, subject, sessionId, mfaAt, authTime]),
  };
}
