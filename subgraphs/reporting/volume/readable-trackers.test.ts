import { abilityOf, packedRulesOf } from '@chorus/shared/ability.ts';
import type { Condition } from '@chorus/shared/conditions.ts';
import type { Grant } from '@chorus/shared/grants.ts';
import { newId } from '@chorus/shared/id.ts';
import { allow, deny } from '@chorus/tests/harness/grants.ts';
import { expect, test } from 'vitest';
import { readableTrackers } from './readable-trackers.ts';

const [tenantId, A, B, C] = [newId(), newId(), newId(), newId()];
const read = (conditions?: Condition): Grant => allow('mentions.read', conditions);
const notRead = (conditions?: Condition): Grant => deny('mentions.read', conditions);
const readable = (...grants: Grant[]) =>
  readableTrackers(abilityOf(packedRulesOf(tenantId, grants, {})), tenantId);

const one = (value: string): Condition => ({ op: 'eq', field: 'trackerIds', value });
const some = (...value: string[]): Condition => ({ op: 'in', field: 'trackerIds', value });
const isOpen: Condition = { op: 'eq', field: 'status', value: 'OPEN' };

test('readers of every mention, and callers without rules about mentions, read every rollup', () => {
  expect(readable()).toBe('all');
  expect(readable(allow('reports.read'))).toBe('all');
  expect(readable(read())).toBe('all');
  expect(readable(read(one(A)), read())).toBe('all');
  expect(readable({ ...read(), fields: ['text'] })).toBe('all');
});

test.each<[string, Condition, string[]]>([
  ['one tracker', one(A), [A]],
  ['some trackers', some(A, B), [A, B]],
  ['no tracker', some(), []],
  ['one or others', { op: 'or', of: [one(A), some(B, C)] }, [A, B, C]],
  ['what two lists have in common', { op: 'and', of: [some(A, B), some(B, C)] }, [B]],
  ['what two trackers must both have matched: no rollup is that', { op: 'and', of: [one(A), one(B)] }, []],
])('rules about %s leave exactly those rollups, or fewer', (_, condition, trackers) => {
  expect(readable(read(condition))).toEqual(new Set(trackers));
});

test('several rules add up', () => {
  expect(readable(read(one(A)), read(some(B)))).toEqual(new Set([A, B]));
});

test.each<[string, Grant[]]>([
  ['a condition on another field', [read(isOpen)]],
  ['another field beside a tracker', [read({ op: 'and', of: [one(A), isOpen] })]],
  ['another field instead of a tracker', [read({ op: 'or', of: [one(A), isOpen] })]],
  ['a rule about another field beside one about trackers', [read(one(A)), read(isOpen)]],
  ['a negation', [read({ op: 'not', of: one(A) })]],
  ['all trackers but one', [read({ op: 'ne', field: 'trackerIds', value: A })]],
  ['all trackers but some', [read({ op: 'nin', field: 'trackerIds', value: [A] })]],
  ['mentions without trackers', [read({ op: 'eq', field: 'trackerIds', value: null })]],
  ['mentions with any tracker', [read({ op: 'exists', field: 'trackerIds', value: true })]],
  ['a deny of some', [read(), notRead(one(A))]],
  ['a deny of all', [read(), notRead()]],
  ['nothing but a deny', [notRead(isOpen)]],
])('%s cannot be told from a rollup', (_, grants) => {
  expect(readable(...grants)).toBe('unanswerable');
});

test('rules of another tenant open nothing', () => {
  const ability = abilityOf(packedRulesOf(newId(), [read()], {}));
  expect(readableTrackers(ability, tenantId)).toBe('unanswerable');
});
