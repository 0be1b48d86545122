import { packedRulesFor } from '@chorus/shared/ability.ts';
import { AppError } from '@chorus/shared/errors.ts';
import type { BusRecord } from '@chorus/shared/event-bus.ts';
import type { Identity } from '@chorus/shared/identity.ts';
import { permissionsOf, type Permission } from '@chorus/shared/permissions.ts';
import type { AccountsRecord, BillingRecord } from '@chorus/shared/records.ts';
import { LRUCache } from 'lru-cache';
import type { Caller, Rights } from '../request.ts';
import type { Records } from './records.ts';

type KnownCaller = Exclude<Caller, { kind: 'anonymous' }>;

const MOST_RIGHTS = 20_000;

/** Resolves callers against their tenant's records; equal callers under equal records are resolved once. */
export function rightsReader(records: Records): (caller: KnownCaller) => Promise<Rights> {
  const known = new LRUCache<string, Rights>({ max: MOST_RIGHTS });
  return async (caller) => {
    const atLeast = caller.kind === 'member' ? caller.version : 0;
    const [accounts, billing] = await Promise.all([
      records.get('accounts', caller.tenantId, atLeast),
      records.get('billing', caller.tenantId),
    ]);
    const key = keyOf(caller, accounts, billing);
    let rights = known.get(key);
    if (rights === undefined) {
      const identity = identityOf(
        caller,
        accounts?.body as AccountsRecord | undefined,
        billing?.body as BillingRecord | undefined,
      );
      known.set(key, (rights = { identity, key }));
    }
    return rights;
  };
}

function keyOf(caller: KnownCaller, accounts: BusRecord | undefined, billing: BusRecord | undefined): string {
  const { kind, tenantId, subject } = caller;
  const own = caller.kind === 'key' ? [caller.owner, caller.scopes] : [caller.sessionId, caller.amr];
  const times = caller.kind === 'key' ? [] : [caller.authTime, caller.mfaAt];
  return JSON.stringify([kind, tenantId, subject, accounts?.version, billing?.version, own, times]);
}

/** @throws AppError UNAUTHENTICATED for everybody the tenant does not know (any more), without a hint which */
function identityOf(
  caller: KnownCaller,
  accounts: AccountsRecord | undefined,
  billing: BillingRecord | undefined,
): Identity {
  if (accounts === undefined || !accounts.active) throw new AppError('UNAUTHENTICATED');
  const { tenantId, subject } = caller;
  const common = {
    tenantId,
    subject,
    flags: billing?.entitlements ?? [],
    priceChain: billing === undefined ? [] : [`plan:${billing.plan}`],
  };
  if (caller.kind === 'key') {
    const scopes = new Set<string>(caller.scopes);
    const permissions = permissionsIn(accounts, caller.owner).filter((permission) => scopes.has(permission));
    const rules = packedRulesFor(tenantId, permissions);
    return { ...common, kind: 'key', rules, sessionId: null, amr: [], authTime: null, mfaAt: null };
  }
  const { sessionId, amr, authTime, mfaAt } = caller;
  if (sessionId !== null && Object.hasOwn(accounts.endedSessions, sessionId))
    throw new AppError('UNAUTHENTICATED');
  const rules = packedRulesFor(tenantId, permissionsIn(accounts, subject));
  return { ...common, kind: 'member', rules, sessionId, amr, authTime, mfaAt };
}

function permissionsIn({ members }: AccountsRecord, memberId: string): Permission[] {
  const member = Object.hasOwn(members, memberId) ? members[memberId] : undefined;
  if (member === undefined || !member.active) throw new AppError('UNAUTHENTICATED');
  return permissionsOf(member.roles);
}
