import { abilityOf, allows, type PackedRules } from '@chorus/shared/ability.ts';
import { keyRules, memberRules } from '@chorus/shared/caller-rules.ts';
import { GLOBAL } from '@chorus/shared/event-bus.ts';
import { rolesHeld } from '@chorus/shared/held-grants.ts';
import { ANONYMOUS, type Identity } from '@chorus/shared/identity.ts';
import type { Permission } from '@chorus/shared/permissions.ts';
import { priceChain } from '@chorus/shared/price-chain.ts';
import {
  apiKeyRecordKind,
  memberRecordKind,
  type AccountsRecord,
  type ApiKeyRecord,
  type BillingRecord,
  type MemberRecord,
} from '@chorus/shared/records.ts';
import { LRUCache } from 'lru-cache';
import type { Need } from './graph.ts';
import type { Ledger } from './ledger.ts';
import type { Person, Told } from './people.ts';

/** Who somebody is by their records; undefined for a credential that is good for nothing. */
export type Is = Identity | undefined;

/** Tells who somebody was at any moment of a time, from the records themselves. */
export function rightsOver(ledger: Ledger): (person: Person, from: number, to: number) => Is[] {
  const known = new LRUCache<string, { is: Is }>({ max: 2_000 });
  return (person, from, to) => {
    const { who } = person;
    if (who === undefined) return [ANONYMOUS];
    const key = who.kind === 'key' ? apiKeyRecordKind(who.keyId) : undefined;
    const records = [
      `accounts ${who.tenantId}`,
      `${memberRecordKind(who.memberId)} ${who.tenantId}`,
      `billing ${who.tenantId}`,
      ...(key === undefined ? [] : [`${key} ${GLOBAL}`]),
    ].map((name) => ledger.within(name, from, to) as (Told | undefined)[]);
    // Each record is read at a moment of its own.
    return product(records).map((together) => {
      const name = `${person.name} ${together.map((told) => told?.number).join()}`;
      const found = known.get(name) ?? {
        is: identityOf(
          who,
          together.map((told) => told?.body),
        ),
      };
      known.set(name, found);
      return found.is;
    });
  };
}

const product = <T>(lists: readonly (readonly T[])[]): T[][] =>
  lists.reduce<T[][]>((all, list) => all.flatMap((head) => list.map((one) => [...head, one])), [[]]);

function identityOf(who: NonNullable<Person['who']>, records: readonly unknown[]): Is {
  const [accounts, member, billing, key] = records as [
    AccountsRecord,
    MemberRecord,
    BillingRecord | undefined,
    ApiKeyRecord | undefined,
  ];
  const { tenantId, memberId } = who;
  if (!member.active) return undefined;
  const asked = { tenantId, accounts, member, memberId, nowS: Date.now() / 1000 };
  const common = {
    ...ANONYMOUS,
    kind: who.kind,
    tenantId: who.kind === 'staff' ? null : tenantId,
    flags: billing?.entitlements ?? [],
    priceChain: priceChain({
      ...asked,
      customerGroup: accounts.customerGroup,
      roles: rolesHeld(accounts, member, asked.nowS),
      seatType: member.seatType,
      billing,
      book: undefined,
    }),
  };
  if (who.kind === 'key')
    return key?.active === true ? { ...common, subject: who.keyId, rules: keyRules(key, asked) } : undefined;
  const { sessionId, mfaAt } = who;
  if (Object.hasOwn(accounts.endedSessions, sessionId)) return undefined;
  return { ...common, subject: memberId, sessionId, mfaAt, rules: memberRules(asked) };
}

const abilities = new WeakMap<PackedRules, ReturnType<typeof abilityOf>>();

/** Whether somebody has what a field needs. */
export function has(identity: Identity, need: Need | undefined): boolean {
  if (need === undefined) return true;
  if (need === 'mfa') return identity.mfaAt !== null;
  if ('flag' in need) return identity.flags.includes(need.flag);
  let ability = abilities.get(identity.rules);
  if (ability === undefined) abilities.set(identity.rules, (ability = abilityOf(identity.rules)));
  return allows(ability, need.scope as Permission);
}
