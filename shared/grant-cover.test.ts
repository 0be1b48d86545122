import fc from 'fast-check';
import { grantsAndRows } from '@chorus/tests/harness/row-rules.ts';
import { expect, test } from 'vitest';
import { abilityOf, packedRulesFor, packedRulesOf, permittedFields, rowAllowed } from './ability.ts';
import type { Condition } from './conditions.ts';
import { uncovered } from './grant-cover.ts';
import type { Grant } from './grants.ts';
import { newId } from './id.ts';

const tenantId = newId();
const me = newId();
const author = { subject: me, owner: me };

const allow = (change: Partial<Grant> = {}): Grant => ({
  effect: 'allow',
  permission: 'mentions.read',
  ...change,
});
const isOpen: Condition = { op: 'eq', field: 'status', value: 'OPEN' };
const own: Condition = { op: 'eq', field: 'assigneeId', value: '{{subject}}' };

const covers = (held: readonly Grant[], wanted: Grant) =>
  uncovered(packedRulesOf(tenantId, held, author), [wanted], author).length === 0;

test('who holds a permission without limits grants it in any form', () => {
  for (const wanted of [allow(), allow({ conditions: isOpen }), allow({ conditions: own, fields: ['url'] })])
    expect(covers([allow()], wanted)).toBe(true);
  expect(covers([allow()], allow({ permission: 'mentions.manage' }))).toBe(false);
  expect(covers([], allow())).toBe(false);
});

test('who holds it for some rows grants it for the same rows and not for others', () => {
  const held = [allow({ conditions: isOpen })];
  expect(covers(held, allow({ conditions: isOpen }))).toBe(true);
  expect(covers(held, allow())).toBe(false);
  expect(covers(held, allow({ conditions: { op: 'not', of: isOpen } }))).toBe(false);
  expect(covers(held, allow({ conditions: { op: 'or', of: [isOpen] } }))).toBe(false);
});

test('a condition on the holder is passed on as it is held', () => {
  const held = [allow({ conditions: own })];
  expect(covers(held, allow({ conditions: own }))).toBe(true);
  expect(covers(held, allow({ conditions: { op: 'eq', field: 'assigneeId', value: me } }))).toBe(true);
  expect(covers(held, allow({ conditions: { op: 'eq', field: 'assigneeId', value: newId() } }))).toBe(false);
});

test('who sees some fields grants no others', () => {
  const held = [allow({ fields: ['text', 'url'] })];
  expect(covers(held, allow({ fields: ['url'] }))).toBe(true);
  expect(covers(held, allow({ fields: ['url', 'authorName'] }))).toBe(false);
  expect(covers(held, allow())).toBe(false);
});

test('two rules do not add up to a wider one', () => {
  const held = [allow({ conditions: isOpen }), allow({ fields: ['url'] })];
  expect(covers(held, allow())).toBe(false);
});

test('whoever is denied a part of a permission grants nothing of it', () => {
  const held = [allow(), { ...allow({ conditions: isOpen }), effect: 'deny' as const }];
  expect(covers(held, allow())).toBe(false);
  expect(covers(held, allow({ conditions: { op: 'not', of: isOpen } }))).toBe(false);
});

test('every grant that goes too far is named', () => {
  const held = packedRulesFor(tenantId, ['mentions.read']);
  const [one, other] = [allow({ permission: 'billing.read' }), allow({ permission: 'roles.manage' })];
  expect(uncovered(held, [one, allow(), other], author)).toEqual([one, other]);
});

const seed = Number(process.env['CHORUS_TEST_SEED'] ?? Date.now() % 2 ** 31);

test(`what a covered grant allows, its author may do as well (2,000 cases, seed ${seed})`, () => {
  let [covered, allowed] = [0, 0];
  const property = fc.property(grantsAndRows, ({ tenantId: of, permission, held, wanted, rows }) => {
    const rules = packedRulesOf(of, held, author);
    const grant = { ...wanted, effect: 'allow' as const };
    if (uncovered(rules, [grant], author).length > 0) return;
    covered += 1;
    const [theirs, granted] = [abilityOf(rules), abilityOf(packedRulesOf(of, [grant], author))];
    for (const row of rows) {
      if (!rowAllowed(granted, permission, row)) continue;
      allowed += 1;
      expect(rowAllowed(theirs, permission, row)).toBe(true);
      const fields = permittedFields(theirs, permission, row);
      for (const field of permittedFields(granted, permission, row)) expect(fields).toContain(field);
    }
  });
  fc.assert(property, { numRuns: 2_000, seed });
  expect(Math.min(covered, allowed)).toBeGreaterThan(200);
});
