import { signAccessToken } from '@chorus/shared/access-token.ts';
import { apiKeyHmac, makeApiKey } from '@chorus/shared/api-key.ts';
import { GLOBAL } from '@chorus/shared/event-bus.ts';
import { flagsOfPlans } from '@chorus/shared/flags/testing.ts';
import type { Grant } from '@chorus/shared/grants.ts';
import { newId } from '@chorus/shared/id.ts';
import type { SigningKey } from '@chorus/shared/keys.ts';
import {
  apiKeyRecordKind,
  memberRecordKind,
  PLATFORM_TENANT,
  type AccountsRecord,
  type ApiKeyRecord,
  type BillingRecord,
  type HeldRole,
  type MemberRecord,
} from '@chorus/shared/records.ts';
import type { MemoryBus } from '../../testing-bus.ts';
import type { Chance } from './chance.ts';
import type { Ledger } from './ledger.ts';

export const PEPPER = Buffer.alloc(32, 7);

/** A record as it is on the buses, with a number that no other one has. */
export interface Told<T = unknown> {
  number: number;
  body: T;
}

export interface Session {
  kind: 'member' | 'staff';
  tenantId: string;
  memberId: string;
  sessionId: string;
  mfaAt: number | null;
}

export interface Key {
  kind: 'key';
  tenantId: string;
  /** The owner. */
  memberId: string;
  keyId: string;
}

/** Somebody who calls, with one credential. */
export interface Person {
  name: string;
  /** In which a mutation changes something; as text, since nobody and staff have none. */
  tenant: string;
  who: Session | Key | undefined;
  headers: () => Promise<Record<string, string>>;
}

interface Tenant {
  id: string;
  members: readonly [string, string];
  keyId: string;
  sessions: readonly string[];
  /** Ids of its own roles. */
  roles: { reader: string; own: string };
}

const OWN: Grant = {
  effect: 'allow',
  permission: 'mentions.read',
  conditions: { op: 'eq', field: 'assigneeId', value: '{{subject}}' },
};
const READING: readonly (readonly Grant[])[] = [
  [{ effect: 'allow', permission: 'reports.read' }],
  [{ effect: 'allow', permission: 'billing.read' }],
  [{ effect: 'deny', permission: 'billing.read' }],
];
const RENEWED_MS = 240_000;

/** Two tenants with members, sessions and keys, whose records change; beside them staff and nobody. */
export class People {
  readonly all: readonly Person[];
  readonly #tenants: readonly Tenant[];
  readonly #hmacs = new Map<string, string>();
  readonly #billing = new Map<string, Billing>();
  #number = 0;
  readonly #ledger: Ledger;
  readonly #buses: readonly MemoryBus[];
  readonly #signing: SigningKey;

  constructor(ledger: Ledger, buses: readonly MemoryBus[], signing: SigningKey) {
    [this.#ledger, this.#buses, this.#signing] = [ledger, buses, signing];
    this.#put('jwks', GLOBAL, signing.publicJwks);
    this.#put('flags', GLOBAL, flagsOfPlans(FLAGS));
    const found = ['acme', 'globex'].map((name) => this.#tenant(name));
    this.#tenants = found.map(({ tenant }) => tenant);
    this.all = [...found.flatMap(({ people }) => people), this.#staff(), nobody];
  }

  get tenants(): readonly string[] {
    return this.#tenants.map(({ id }) => id);
  }

  /** What is known is said again, so that it is believed. */
  readonly beat = (): void => this.#buses.forEach((bus) => bus.put('beat', GLOBAL, {}));

  /** Somebody's rights, flags, prices or credentials change; what was told is in force at once. */
  change(chance: Chance): void {
    const tenant = chance.pick(this.#tenants);
    const { plan, entitlements } = this.#billing.get(tenant.id) ?? FREE;
    switch (chance.below(6)) {
      case 0:
        return this.#putAccounts(tenant, chance.pick(READING), chance.some(tenant.sessions, 8));
      case 1:
        return this.#putBilling(tenant, { plan: plan === 'free' ? 'business' : 'free', entitlements });
      case 2:
        return this.#putBilling(tenant, { plan, entitlements: chance.some(FLAGS, 60) });
      case 3: {
        const scopes = chance.some(['reports.read', 'billing.read'] as const, 60);
        return this.#putKey(tenant, scopes, chance.percent(90));
      }
      default:
        return this.#putMember(tenant, chance.pick(tenant.members), chance);
    }
  }

  #tenant(name: string): { tenant: Tenant; people: Person[] } {
    const [ann, bob] = [newId(), newId()];
    const { id: keyId, secret, key } = makeApiKey();
    const own = { reader: newId(), own: newId() };
    const sessions = Array.from({ length: 4 }, () => newId());
    const tenant: Tenant = { id: newId(), members: [ann, bob], keyId, roles: own, sessions };
    this.#hmacs.set(keyId, apiKeyHmac(secret, PEPPER));
    this.#putAccounts(tenant, READING[0] ?? [], []);
    this.#putBilling(tenant, FREE);
    this.#putKey(tenant, ['reports.read'], true);
    for (const member of tenant.members) this.#putMember(tenant, member, undefined);
    const session = (called: string, memberId: string, index: number, mfaAt: number | null) =>
      this.#member(`${called} of ${name}`, {
        kind: 'member',
        tenantId: tenant.id,
        memberId,
        sessionId: sessions[index] ?? '',
        mfaAt,
      });
    const people = [
      session('ann', ann, 0, null),
      session('ann with a second factor', ann, 1, Math.floor(Date.now() / 1000)),
      session('ann elsewhere', ann, 2, null),
      session('bob', bob, 3, null),
      {
        name: `a key of ${name}`,
        tenant: tenant.id,
        who: { kind: 'key', tenantId: tenant.id, memberId: ann, keyId } as const,
        headers: async () => ({ authorization: `Bearer ${key}` }),
      },
    ];
    return { tenant, people };
  }

  #staff(): Person {
    const memberId = newId();
    const record: AccountsRecord = { ...EMPTY, slug: 'platform' };
    this.#put('accounts', PLATFORM_TENANT, record);
    this.#put(memberRecordKind(memberId), PLATFORM_TENANT, memberOf([{ role: 'staff' }], true));
    const session = { tenantId: PLATFORM_TENANT, memberId, sessionId: newId(), mfaAt: null };
    return this.#member('staff', { kind: 'staff', ...session });
  }

  #member(name: string, who: Session): Person {
    let token: { text: Promise<string>; at: number } | undefined;
    const claims = { sub: who.memberId, tid: who.tenantId, sid: who.sessionId, pv: 1, acr: '1' };
    const factor = who.mfaAt === null ? {} : { mfa_at: who.mfaAt };
    const headers = async () => {
      if (token === undefined || performance.now() - token.at > RENEWED_MS) {
        const all = { ...claims, ...factor, amr: ['pwd'], auth_time: 1 };
        token = { text: signAccessToken(all, newId(), this.#signing), at: performance.now() };
      }
      return { authorization: `Bearer ${await token.text}` };
    };
    return { name, tenant: who.kind === 'staff' ? 'null' : who.tenantId, who, headers };
  }

  #putAccounts({ id, roles }: Tenant, reading: readonly Grant[], ended: readonly string[]): void {
    const record: AccountsRecord = {
      ...EMPTY,
      slug: id,
      roles: {
        [roles.reader]: { name: 'Reader', grants: [...reading] },
        [roles.own]: { name: 'Own', grants: [OWN] },
      },
      endedSessions: Object.fromEntries(ended.map((session) => [session, 9e9])),
    };
    this.#put('accounts', id, record);
  }

  #putBilling({ id }: Tenant, billing: Billing): void {
    this.#billing.set(id, billing);
    this.#put('billing', id, { ...billing, seats: 9 } satisfies BillingRecord);
  }

  #putKey({ id, members, keyId }: Tenant, scopes: ApiKeyRecord['scopes'], active: boolean): void {
    const hmac = this.#hmacs.get(keyId) ?? '';
    const record = { tenantId: id, owner: members[0], hmac, scopes, active, roles: [], addresses: [] };
    this.#put(apiKeyRecordKind(keyId), GLOBAL, { ...record, rateLimit: 1e9 } satisfies ApiKeyRecord);
  }

  #putMember({ id, roles }: Tenant, member: string, chance: Chance | undefined): void {
    const sets = [['viewer'], ['analyst'], [], [roles.reader], [roles.own], ['viewer', roles.reader]];
    const held = (chance?.pick(sets) ?? ['viewer']).map((role) => ({ role }));
    this.#put(memberRecordKind(member), id, memberOf(held, chance?.percent(93) ?? true));
  }

  #put(kind: string, tenantId: string, body: unknown): void {
    this.#number += 1;
    this.#ledger.set(`${kind} ${tenantId}`, { number: this.#number, body } satisfies Told);
    for (const bus of this.#buses) bus.put(kind, tenantId, body);
  }
}

type Billing = Pick<BillingRecord, 'plan' | 'entitlements'>;

const FLAGS = ['exports', 'beta', 'forecast'];
const FREE: Billing = { plan: 'free', entitlements: FLAGS };
const EMPTY = { slug: '', active: true, customerGroup: 'standard', roles: {}, groups: {}, endedSessions: {} };

const memberOf = (roles: HeldRole[], active: boolean): MemberRecord => ({
  active,
  seatType: 'full',
  roles,
  groups: [],
});

const nobody: Person = { name: 'nobody', tenant: 'null', who: undefined, headers: async () => ({}) };
