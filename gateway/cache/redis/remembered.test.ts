import { expect, test } from 'vitest';
import type { TagFormats } from '../tags.ts';
import { Remembered } from './remembered.ts';

const NO_TAGS: TagFormats = { at: () => [], making: () => new Set() };
const at = (ms: number, sequence = 0) => ({ ms, sequence });
const valueOf = (owner: string, type = 'T', tags = NO_TAGS) => ({
  owner,
  about: { subgraph: 's', type, name: '{"id":"1"}' },
  value: { below: new Set(['Inner']), tags: ['tag'] },
  tags,
});

test('a value is taken by what came after it was asked for, and by nothing else', () => {
  const remembered = new Remembered();
  remembered.add(at(5, 1), { what: [{ kind: 'type', subgraph: 's', type: 'T' }] });
  remembered.add(at(6), { owner: 'u', what: [{ kind: 'subgraph', subgraph: 's' }] });
  const taken = (since: ReturnType<typeof at>, owner = 't', type = 'T') =>
    remembered.mayTake(since, valueOf(owner, type));
  expect([at(4, 9), at(5, 0), at(5, 1), at(5, 2)].map((since) => taken(since))).toEqual([
    true,
    true,
    false,
    false,
  ]);
  expect([taken(at(0), 't', 'V'), taken(at(0), 'u', 'V'), taken(at(6), 'u', 'V')]).toEqual([
    false,
    true,
    false,
  ]);
});

test('that everything of one owner was forgotten is remembered for that owner, whatever came since', () => {
  const remembered = new Remembered();
  remembered.add(at(1), { owner: 't' });
  for (let ms = 2; ms < 5_000; ms += 1) remembered.add(at(ms), { owner: `tenant ${ms}` });
  const taken = (owner: string, ms: number) => remembered.mayTake(at(ms), valueOf(owner));
  expect([taken('t', 0), taken('t', 1), taken('u', 0), taken('tenant 9', 8)]).toEqual([
    true,
    false,
    false,
    true,
  ]);
  remembered.add(at(5_000), {});
  expect([taken('u', 4_999), taken('u', 5_000)]).toEqual([true, false]);
});

test('what was asked for before all that is remembered, or more than can be compared, counts as taken', () => {
  const remembered = new Remembered();
  for (let ms = 1; ms <= 10_001; ms += 1)
    remembered.add(at(ms), { what: [{ kind: 'cache_tag', cache_tag: `tag ${ms}` }] });
  const plain = { ...valueOf('t'), value: { below: new Set<string>(), tags: ['tag'] } };
  const tagged = { ...plain, value: { ...plain.value, tags: ['tag 5000'] } };
  const since = [0, 1, 5_000, 9_001, 9_000].map((ms) => at(ms));
  const takes = (value: typeof plain) => since.map((place) => remembered.mayTake(place, value));
  expect(takes(plain)).toEqual([true, false, false, false, false]);
  expect(takes(tagged)).toEqual([true, true, false, false, false]);
  expect(takes(valueOf('t'))).toEqual([true, true, true, false, true]);
  remembered.startFrom(at(9_001));
  expect(takes(plain)).toEqual([true, true, true, false, true]);
});

test('of more owners than are remembered those whose turn is over count as if everything of theirs was forgotten last', () => {
  const remembered = new Remembered();
  for (let ms = 1; ms <= 10_001; ms += 1) remembered.add(at(ms), { owner: `tenant ${ms}` });
  const taken = (owner: string, ms: number) => remembered.mayTake(at(ms), valueOf(owner));
  expect([taken('tenant 1', 0), taken('tenant 1', 1), taken('anybody', 0)]).toEqual([true, false, true]);
});

test('a tag takes what it may stand for in the supergraph that is served when the value is wanted', () => {
  const remembered = new Remembered();
  remembered.add(at(1), { what: [{ kind: 'cache_tag', cache_tag: 'inner-1' }] });
  const making = { ...NO_TAGS, making: () => new Set(['Inner']) };
  const taken = (tags: TagFormats) => remembered.mayTake(at(0), valueOf('t', 'T', tags));
  expect([taken(NO_TAGS), taken(making), taken(NO_TAGS)]).toEqual([false, true, false]);
});
