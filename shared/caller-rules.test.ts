import { expect, test } from 'vitest';
import { abilityOf, allows, permittedFields, rowAllowed } from './ability.ts';
import { keyRules, memberRules, type KeyRights } from './caller-rules.ts';
import type { Grant } from './grants.ts';
import { newId } from './id.ts';
import { ALL_PERMISSIONS, ALL_PLATFORM_PERMISSIONS, type Permission } from './permissions.ts';
import { PLATFORM_TENANT, type AccountsRecord, type MemberRecord } from './records.ts';

const tenantId = newId();
const memberId = newId();
const [one, other] = [newId(), newId()];

const heldBy = (...roles: string[]): MemberRecord => ({
  active: true,
  seatType: 'full',
  groups: [],
  roles: roles.map((role) => ({ role })),
});

const asked = (member: MemberRecord, own: Record<string, Grant[]> = {}, tenant = tenantId) => {
  const roles = Object.entries(own).map(([id, grants]) => [id, { name: id, grants }] as const);
  const accounts: Pick<AccountsRecord, 'roles' | 'groups'> = { roles: Object.fromEntries(roles), groups: {} };
  return { tenantId: tenant, accounts, member, memberId, nowS: 1_000 };
};

const held = (rules: Parameters<typeof abilityOf>[0]) => {
  const ability = abilityOf(rules);
  return [...ALL_PERMISSIONS, ...ALL_PLATFORM_PERMISSIONS].filter((permission) =>
    allows(ability, permission),
  );
};

const allow = (permission: Permission, change: Partial<Grant> = {}): Grant => ({
  effect: 'allow',
  permission,
  ...change,
});
const ofTracker = (id: string) =>
  ({ conditions: { op: 'eq', field: 'trackerIds', value: id } }) as const satisfies Partial<Grant>;

const mention = (trackerIds: string[]) => ({ tenantId, trackerIds, assigneeId: memberId });

test('roles add up, and a role nobody defined allows nothing', () => {
  expect(held(memberRules(asked(heldBy('viewer', 'billing'))))).toEqual(
    expect.arrayContaining(['mentions.read', 'billing.manage']),
  );
  expect(memberRules(asked(heldBy('constructor', '__proto__', 'superuser', newId())))).toEqual([]);
});

test('what several roles allow travels once', () => {
  const twice = memberRules(asked(heldBy('owner', 'admin', 'viewer')));
  expect(twice).toHaveLength(ALL_PERMISSIONS.length);
});

test('a role that has ended allows nothing, one that has not allows until it does', () => {
  const member = {
    ...heldBy(),
    roles: [
      { role: 'billing', until: 1_000 },
      { role: 'viewer', until: 1_001 },
    ],
  };
  expect(held(memberRules(asked(member)))).not.toContain('billing.manage');
  expect(held(memberRules(asked(member)))).toContain('mentions.read');
});

test('a role of a tenant never allows what is the platform’s, whatever it is called', () => {
  expect(memberRules(asked(heldBy('staff')))).toEqual([]);
  expect(held(memberRules(asked(heldBy('staff'), {}, PLATFORM_TENANT)))).toEqual(ALL_PLATFORM_PERMISSIONS);
  expect(memberRules(asked(heldBy('owner'), {}, PLATFORM_TENANT))).toEqual([]);
});

const key = (change: Partial<KeyRights> = {}): KeyRights => ({ scopes: [], roles: [], ...change });

test('a key never exceeds its owner, nor what it was given', () => {
  const scopes: Permission[] = ['mentions.read', 'billing.manage'];
  expect(held(keyRules(key({ scopes }), asked(heldBy('viewer'))))).toEqual(['mentions.read']);
  expect(keyRules(key(), asked(heldBy('owner')))).toEqual([]);
  expect(keyRules(key({ scopes }), asked(heldBy()))).toEqual([]);
});

test('rows and fields of a key are those its owner and its role allow together', () => {
  const own = {
    owner1: [allow('mentions.read', { ...ofTracker(one), fields: ['text', 'url'] })],
    keys: [allow('mentions.read', { ...ofTracker(other), fields: ['text', 'authorName'] })],
  };
  const rules = keyRules(key({ roles: [{ role: 'keys' }] }), asked(heldBy('owner1'), own));
  const ability = abilityOf(rules);
  expect(rowAllowed(ability, 'mentions.read', mention([one]))).toBe(false);
  expect(rowAllowed(ability, 'mentions.read', mention([other]))).toBe(false);
  const both = mention([one, other]);
  expect(rowAllowed(ability, 'mentions.read', both)).toBe(true);
  expect(permittedFields(ability, 'mentions.read', both)).toEqual(['text']);
});

test('what is denied to the owner or to the key is denied to the key', () => {
  const mine = { op: 'eq', field: 'assigneeId', value: '{{subject}}' } as const;
  const own = { narrow: [{ effect: 'deny', permission: 'mentions.read', conditions: mine }] as Grant[] };
  const scopes: Permission[] = ['mentions.read'];
  const ofOwner = keyRules(key({ scopes }), asked(heldBy('viewer', 'narrow'), own));
  const ofKey = keyRules(key({ scopes, roles: [{ role: 'narrow' }] }), asked(heldBy('viewer'), own));
  for (const rules of [ofOwner, ofKey]) {
    expect(rowAllowed(abilityOf(rules), 'mentions.read', mention([]))).toBe(false);
    expect(rowAllowed(abilityOf(rules), 'mentions.read', { ...mention([]), assigneeId: one })).toBe(true);
  }
});
