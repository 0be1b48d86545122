import { expect, test } from 'vitest';
import {
  abilityOf,
  allows,
  decidingGrant,
  packedRulesFor,
  packedRulesOf,
  permittedFields,
  rowAllowed,
  type PackedRules,
} from './ability.ts';
import type { Condition } from './conditions.ts';
import { parseGrant, packPlatformRules, type Grant } from './grants.ts';
import { newId } from './id.ts';
import { ALL_PERMISSIONS, ALL_PLATFORM_PERMISSIONS } from './permissions.ts';

const tenantId = newId();
const [me, other] = [newId(), newId()];
const mention = {
  tenantId,
  id: newId(),
  trackerIds: [] as string[],
  assigneeId: me as string | null,
  status: 'OPEN',
  tags: ['urgent'],
};

const allow = (conditions?: Condition, fields?: string[]): Grant => ({
  effect: 'allow',
  permission: 'mentions.read',
  ...(conditions && { conditions }),
  ...(fields && { fields }),
});
const deny = (conditions?: Condition, fields?: string[]): Grant => ({
  ...allow(conditions, fields),
  effect: 'deny',
});
const abilityWith = (...grants: Grant[]) => abilityOf(packedRulesOf(tenantId, grants, { subject: me }));
const reads = (grants: Grant[], row = mention) => rowAllowed(abilityWith(...grants), 'mentions.read', row);
const own: Condition = { op: 'eq', field: 'assigneeId', value: '{{subject}}' };
const isOpen: Condition = { op: 'eq', field: 'status', value: 'OPEN' };
const isUrgent: Condition = { op: 'eq', field: 'tags', value: 'urgent' };

/** As JSON of unknown origin would arrive, past the types. */
const stored = (conditions: unknown) => () =>
  parseGrant({ effect: 'deny', permission: 'mentions.read', conditions });
const loaded = (...rule: unknown[]) => {
  const packed: unknown = [rule];
  return () => abilityOf(packed as PackedRules);
};

test('trap 1: a placeholder without a value stops everything instead of matching the rows of anybody', () => {
  for (const caller of [{}, { subject: null }, { subject: '' }, { owner: me }])
    expect(() => packedRulesOf(tenantId, [allow(own)], caller)).toThrow('placeholder subject has no value');
  expect(stored({ op: 'eq', field: 'assigneeId', value: '{{anybody}}' })).toThrow('unknown placeholder');
  expect(loaded('mentions.read', tenantId, 0, own)).toThrow('unknown placeholder');
  expect(reads([allow(own)])).toBe(true);
  expect(reads([allow(own)], { ...mention, assigneeId: other })).toBe(false);
  expect(reads([allow(own)], { ...mention, assigneeId: null })).toBe(false);
});

test('trap 1: every rule names its tenant, so no rule speaks about the rows of another', () => {
  expect(reads([allow()], { ...mention, tenantId: newId() })).toBe(false);
  expect(packedRulesOf(tenantId, [allow(own), deny(isOpen)], { subject: me })).toEqual([
    ['mentions.read', tenantId, 0, { ...own, value: me }, 0, 0],
    ['mentions.read', tenantId, 1, isOpen, 0, 0],
  ]);
  for (const tenant of [undefined, null, '', '*', {}])
    expect(loaded('mentions.read', tenant)).toThrow('no tenant');
  expect(() => packedRulesOf('', [allow()], {})).toThrow('need a tenant');
  const mixed = [...packedRulesFor(tenantId, ['mentions.read']), ...packedRulesFor(other, ['mentions.read'])];
  expect(() => abilityOf(mixed)).toThrow('several tenants');
});

test('trap 2: or, and and not mean what they say, in denies too', () => {
  const either: Condition = { op: 'or', of: [isUrgent, { op: 'eq', field: 'status', value: 'DONE' }] };
  expect(reads([allow(), deny(either)])).toBe(false);
  expect(reads([allow(), deny({ op: 'not', of: either })])).toBe(true);
  expect(reads([allow(), deny({ op: 'and', of: [isUrgent, isOpen] })])).toBe(false);
  expect(reads([allow(), deny({ op: 'and', of: [isUrgent, { op: 'not', of: isOpen }] })])).toBe(true);
});

test.each([
  ['an unknown operator', { op: '$foo', field: 'status', value: 'OPEN' }],
  ['an operator of another library', { status: { $eq: 'OPEN' } }],
  ['an operator the field does not know', { op: 'gt', field: 'status', value: 'OPEN' }],
  ['an unknown field', { op: 'eq', field: 'password', value: 'x' }],
  ['a field of the prototype', { op: 'eq', field: 'constructor', value: 'x' }],
  ['a field without conditions', { op: 'eq', field: 'text', value: 'x' }],
  ['a value of another type', { op: 'eq', field: 'status', value: { $ne: null } }],
  ['a text PostgreSQL cannot hold', { op: 'eq', field: 'status', value: 'a\0b' }],
  ['an id that is none', { op: 'in', field: 'trackerIds', value: ['1'] }],
  ['a date that is none', { op: 'gt', field: 'publishedAt', value: 'tomorrow' }],
  ['nothing to choose from', { op: 'or', of: [] }],
  ['a further key', { ...isOpen, or: [] }],
  ['no operator', {}],
  ['a list', [isOpen]],
  ['null', null],
])('trap 3: a condition with %s is refused at saving and at loading', (_, condition) => {
  expect(stored(condition)).toThrow(expect.objectContaining({ code: 'BAD_USER_INPUT' }));
  expect(loaded('mentions.read', tenantId, 1, condition)).toThrow(
    expect.objectContaining({ code: 'BAD_USER_INPUT' }),
  );
});

test('trap 3: a condition too deep or too large is refused', () => {
  const deep = Array.from({ length: 8 }).reduce<Condition>((of) => ({ op: 'not', of }), isOpen);
  expect(stored(deep)).toThrow('too large');
  expect(stored({ op: 'or', of: Array.from({ length: 101 }, () => isOpen) })).toThrow('too large');
});

test('trap 3: grants that together would not fit into a signed identity are refused where they are made', () => {
  const long = (): Condition => ({ op: 'in', field: 'id', value: Array.from({ length: 100 }, newId) });
  expect(() => abilityWith(allow(long()), allow(long()))).not.toThrow();
  expect(() => abilityWith(allow(long()), allow(long()), deny(long()))).toThrow('too large');
});

test('trap 4: what a client sends is never judged as a type it names itself', () => {
  const { casl } = abilityOf(packedRulesFor(tenantId, ['mentions.read']));
  const forged = [
    { __caslSubjectType__: 'mentions', tenantId },
    JSON.parse(`{"constructor":{"name":"mentions","modelName":"mentions"},"tenantId":"${tenantId}"}`),
    { __typename: 'mentions', kind: 'mentions', tenantId },
  ];
  for (const row of forged) expect(() => casl.can('read', row)).toThrow('not one of our rows');
  const named = { ...mention, __caslSubjectType__: 'billing', constructor: { name: 'billing' } };
  expect(reads([allow()], Object.freeze(named))).toBe(true);
});

test('trap 5: a row that lacks a field some rule asks for is an error, not a row without a value', () => {
  const grants = [allow(), deny({ op: 'eq', field: 'assigneeId', value: null })];
  expect(reads(grants, { ...mention, assigneeId: null })).toBe(false);
  const { assigneeId, ...lacking } = mention;
  expect(assigneeId).toBe(me);
  for (const row of [
    lacking,
    { ...lacking, assigneeId: undefined },
    Object.create(mention) as typeof mention,
  ])
    expect(() => rowAllowed(abilityWith(...grants), 'mentions.read', row)).toThrow('the row lacks');
});

test('trap 6: holding a permission for some rows opens the gate and no other row', () => {
  const ability = abilityWith(allow(own));
  expect(allows(ability, 'mentions.read')).toBe(true);
  expect(rowAllowed(ability, 'mentions.read', { ...mention, assigneeId: other })).toBe(false);
  expect(allows(abilityWith(allow(), deny()), 'mentions.read')).toBe(false);
  expect(allows(abilityWith(allow(), deny(isOpen)), 'mentions.read')).toBe(true);
});

test('trap 7: no condition can bring a pattern that runs away', () => {
  for (const op of ['regex', '$regex', 'like'])
    expect(stored({ op, field: 'status', value: '(a+)+$' })).toThrow('unknown operator');
  expect(reads([allow({ op: 'eq', field: 'status', value: '.*' })])).toBe(false);
});

test('a deny wins over every allow, in whatever order they are given or packed', () => {
  expect(reads([deny(isOpen), allow(), allow(isOpen)])).toBe(false);
  const packed = [...packedRulesOf(tenantId, [allow(), deny(isOpen)], {})].toReversed();
  expect(rowAllowed(abilityOf(packed), 'mentions.read', mention)).toBe(false);
});

test('rules come back from the wire as they were packed: lists as lists, commas and ids as they are', () => {
  const tagged: Condition = { op: 'in', field: 'tags', value: ['a,b', '{}', "o'hara"] };
  const grants = [{ ...allow(tagged, ['text', 'url']), id: 'g1' }, allow(), deny(isOpen)];
  const packed = packedRulesOf(tenantId, grants, {});
  expect(JSON.parse(JSON.stringify(packed))).toEqual(packed);
  expect(packed).toContainEqual(['mentions.read', tenantId, 0, tagged, ['text', 'url'], 'g1']);
  expect(reads([allow(tagged)], { ...mention, tags: ['a', 'b'] })).toBe(false);
});

test('a row whose values were read in another type is an error, not a different value', () => {
  const reports: Grant = {
    effect: 'deny',
    permission: 'reports.read',
    conditions: { op: 'eq', field: 'count', value: 7 },
  };
  const judge = (count: unknown) => rowAllowed(abilityWith(reports), 'reports.read', { tenantId, count });
  expect(judge(8)).toBe(false);
  expect(() => judge('7')).toThrow('another type');
  expect(() => judge(7n)).toThrow('another type');
});

test('a hidden field is missing from the permitted ones, and only where its rule holds', () => {
  const ability = abilityWith(allow(), deny({ op: 'not', of: own }, ['authorHandle', 'text']));
  const fields = (row: typeof mention) => permittedFields(ability, 'mentions.read', row);
  expect(fields(mention)).toContain('text');
  const foreign = { ...mention, assigneeId: other };
  expect(rowAllowed(ability, 'mentions.read', foreign)).toBe(true);
  expect(fields(foreign)).toContain('url');
  expect(fields(foreign)).not.toContain('text');
  expect(fields({ ...mention, tenantId: newId() })).toEqual([]);
  expect(permittedFields(abilityWith(allow(undefined, ['url'])), 'mentions.read', mention)).toEqual(['url']);
  for (const field of ['*', 'id', 'constructor'])
    expect(() => abilityWith(deny(undefined, [field]))).toThrow('cannot be hidden');
});

test('a decision names the grant that made it', () => {
  const ability = abilityWith({ ...allow(), id: 'a' }, { ...deny(isOpen), id: 'd' });
  const decision = (row?: typeof mention) => decidingGrant(ability, 'mentions.read', row);
  expect(decision()).toEqual({ allowed: true, grant: 'a' });
  expect(decision(mention)).toEqual({ allowed: false, grant: 'd' });
  expect(decidingGrant(ability, 'billing.read')).toBeUndefined();
});

test('no rule of a tenant holds a permission of the platform, and staff hold none of a tenant', () => {
  for (const permission of ALL_PLATFORM_PERMISSIONS) {
    expect(() => parseGrant({ effect: 'allow', permission })).toThrow('no such permission');
    expect(loaded(permission, tenantId)).toThrow('a tenant holds');
    expect(loaded(permission, null, 0, isOpen)).toThrow('no rows');
    expect(allows(abilityOf(packedRulesFor(tenantId, ALL_PERMISSIONS)), permission)).toBe(false);
  }
  const staff = abilityOf(packPlatformRules(ALL_PLATFORM_PERMISSIONS));
  expect(ALL_PLATFORM_PERMISSIONS.filter((permission) => !allows(staff, permission))).toEqual([]);
  expect(ALL_PERMISSIONS.filter((permission) => allows(staff, permission))).toEqual([]);
});
