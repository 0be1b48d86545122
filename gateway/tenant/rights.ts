import { createHash } from 'node:crypto';
import { abilityOf, allows } from '@chorus/shared/ability.ts';
import { keyRules, memberRules } from '@chorus/shared/caller-rules.ts';
import { AppError } from '@chorus/shared/errors.ts';
import { GLOBAL, type BusRecord } from '@chorus/shared/event-bus.ts';
import { flagCaller } from '@chorus/shared/flags/caller.ts';
import { overridesChangeAt } from '@chorus/shared/flags/records.ts';
import { rolesChangeAt, rolesHeld } from '@chorus/shared/held-grants.ts';
import type { Identity } from '@chorus/shared/identity.ts';
import { ALL_PERMISSIONS, ALL_PLATFORM_PERMISSIONS } from '@chorus/shared/permissions.ts';
import { priceChain, priceChainChangesAt } from '@chorus/shared/price-chain.ts';
import {
  memberRecordKind,
  PLATFORM_TENANT,
  type AccountsRecord,
  type BillingRecord,
  type MemberRecord,
  type PriceBookRecord,
} from '@chorus/shared/records.ts';
import { LRUCache } from 'lru-cache';
import type { FlagDecisions, KeyCaller, MemberCaller, Rights } from '../caller.ts';
import { flagReader, flagsTold, type TenantFlags } from './flags.ts';
import { productPolicies } from './policies.ts';
import type { Records } from './records.ts';

type KnownCaller = MemberCaller | KeyCaller;

/** What the records say about a caller and the place it acts in. */
interface Place {
  accounts: AccountsRecord;
  /** The member who calls, or who owns the key. */
  member: MemberRecord;
  billing: BillingRecord | undefined;
  book: PriceBookRecord | undefined;
}

const MOST_RIGHTS = 20_000;

/** Resolves callers against their tenant's records; equal callers under equal records are resolved once. */
export function rightsReader(records: Records): (caller: KnownCaller) => Promise<Rights> {
  const known = new LRUCache<string, Rights>({ max: MOST_RIGHTS });
  const flagsOf = flagReader(records);
  return async (caller) => {
    const { tenantId } = caller;
    // The tenant's record comes first: once it is new enough for the token, the bus has the member's as well.
    const accounts = await records.get('accounts', tenantId, caller.kind === 'member' ? caller.version : 0);
    const [member, billing, book, flags] = await Promise.all([
      records.get(memberRecordKind(memberOf(caller)), tenantId),
      records.get('billing', tenantId),
      records.get('price-book', GLOBAL),
      flagsOf(tenantId),
    ]);
    const key = keyOf(caller, [accounts, member, billing, book, ...flags.records]);
    const nowS = Date.now() / 1000;
    const found = known.get(key);
    if (found !== undefined && found.until > nowS) return found;
    const place = placeOf(accounts, member, billing, book);
    const until = changesAt(caller, place, flags, nowS);
    const decisions = decisionsFor(caller, place, flags, nowS);
    // What ends and begins by itself changes the rights under the same records, so the key names the moment too.
    const identity = { ...identityOf(caller, place, nowS), ...flagsTold(decisions) };
    const resolved = { identity, decisions, key: `${key} ${until}`, until };
    const rights = { ...rightsOf(resolved, place), confirmed: records.confirmed };
    known.set(key, rights);
    return rights;
  };
}

type Resolved = Pick<Rights, 'identity' | 'key' | 'until'> & { decisions: FlagDecisions };

function rightsOf(
  { identity, decisions, key, until }: Resolved,
  { accounts, billing, member }: Place,
): Omit<Rights, 'confirmed'> {
  const upgrades = billing?.upgrades ?? {};
  const ability = abilityOf(identity.rules);
  const policies = productPolicies.metBy({ identity, member });
  return {
    identity,
    key,
    ...sharersOf(identity, decisions),
    until,
    scopes: new Set(
      [...ALL_PERMISSIONS, ...ALL_PLATFORM_PERMISSIONS].filter((name) => allows(ability, name)),
    ),
    policy: (name) => policies.has(name),
    feature: (flag) => decisions.get(flag)?.on === true,
    decision: (flag) => decisions.get(flag),
    // Nobody is offered a plan for what is off for another reason.
    upgrade: (flag) =>
      decisions.get(flag)?.layer === 'plan' && Object.hasOwn(upgrades, flag) ? upgrades[flag] : undefined,
    quota: billing?.quota,
    introspection: accounts.introspection === true,
  };
}

/** The subgraphs are told the session too, and can answer by it. */
function sharersOf(
  identity: Identity,
  decisions: FlagDecisions,
): Pick<Rights, 'audience' | 'prices' | 'self'> {
  const { kind, tenantId, subject, sessionId, mfaAt, rules, priceChain } = identity;
  const flags = [...decisions.values()].filter(({ on }) => on).map(({ key, variant }) => [key, variant]);
  const alike = JSON.stringify([kind, tenantId, rules, flags, priceChain, mfaAt !== null]);
  return {
    audience: createHash('sha256').update(alike).digest('base64url'),
    prices: priceChain.length === 0 ? undefined : JSON.stringify(priceChain),
    self: JSON.stringify([subject, sessionId, mfaAt]),
  };
}

/** Who calls, or whom the key belongs to. */
const memberOf = (caller: KnownCaller): string => (caller.kind === 'key' ? caller.owner : caller.subject);

function keyOf(caller: KnownCaller, records: readonly (BusRecord | undefined)[]): string {
  const { kind, tenantId, subject } = caller;
  const own =
    caller.kind === 'key'
      ? [caller.owner, caller.scopes, caller.roles]
      : [caller.sessionId, caller.amr, caller.authTime, caller.mfaAt];
  return JSON.stringify([kind, tenantId, subject, ...records.map((record) => record?.version), own]);
}

/** @throws AppError UNAUTHENTICATED for everybody the tenant does not know (any more), without a hint which */
function placeOf(
  tenant: BusRecord | undefined,
  subject: BusRecord | undefined,
  paying: BusRecord | undefined,
  prices: BusRecord | undefined,
): Place {
  const accounts = tenant?.body as AccountsRecord | undefined;
  const member = subject?.body as MemberRecord | undefined;
  if (accounts?.active !== true || member?.active !== true) throw new AppError('UNAUTHENTICATED');
  return {
    accounts,
    member,
    billing: paying?.body as BillingRecord | undefined,
    book: prices?.body as PriceBookRecord | undefined,
  };
}

/** When time alone changes something: a role or an override ends, or a price begins. */
function changesAt(caller: KnownCaller, place: Place, { overrides }: TenantFlags, nowS: number): number {
  const { accounts, member } = place;
  const own = caller.kind === 'key' ? { roles: [...caller.roles], groups: [] } : { roles: [], groups: [] };
  return Math.min(
    rolesChangeAt(accounts, member, nowS),
    rolesChangeAt(accounts, own, nowS),
    priceChainChangesAt({ ...place, nowS }),
    overridesChangeAt(overrides, nowS),
  );
}

function identityOf(caller: KnownCaller, place: Place, nowS: number): Identity {
  const { accounts, member } = place;
  const { tenantId, subject } = caller;
  const common = {
    tenantId,
    subject,
    flags: [],
    priceChain: chainOf(tenantId, place, nowS),
  };
  const memberId = memberOf(caller);
  const asked = { tenantId, accounts, member, memberId, nowS };
  if (caller.kind === 'key') {
    const rules = keyRules(caller, asked);
    return { ...common, kind: 'key', rules, sessionId: null, amr: [], authTime: null, mfaAt: null };
  }
  const { sessionId, amr, authTime, mfaAt } = caller;
  if (sessionId !== null && Object.hasOwn(accounts.endedSessions, sessionId))
    throw new AppError('UNAUTHENTICATED');
  const session = { sessionId, amr, authTime, mfaAt, rules: memberRules(asked) };
  return tenantId === PLATFORM_TENANT
    ? { ...common, ...session, kind: 'staff', tenantId: null }
    : { ...common, ...session, kind: 'member' };
}

/** A key has the prices of the member it belongs to. */
const chainOf = (tenantId: string, { accounts, member, billing, book }: Place, nowS: number): string[] =>
  priceChain({
    tenantId,
    customerGroup: accounts.customerGroup,
    roles: rolesHeld(accounts, member, nowS),
    seatType: member.seatType,
    billing,
    book,
    nowS,
  });

/** A key sees what the member does whom it belongs to. */
function decisionsFor(
  caller: KnownCaller,
  { accounts, member, billing }: Place,
  { flags, overrides }: TenantFlags,
  nowS: number,
): FlagDecisions {
  const asked = { tenantId: caller.tenantId, accounts, member, memberId: memberOf(caller), nowS };
  return flags.decideAll(flagCaller(asked, { accounts, billing, overrides }));
}
