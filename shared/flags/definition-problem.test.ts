import { expect, test } from 'vitest';
import { CATALOGUE } from './catalogue.ts';
import { parseDefinition } from './definition-problem.ts';
import { flagWith } from './testing.ts';

const nested = (levels: number): object => (levels === 0 ? { role: ['a'] } : { not: nested(levels - 1) });
const deepValue = (levels: number): object => (levels === 0 ? {} : { a: deepValue(levels - 1) });
const rule = (change: object) => ({ rules: [{ id: 'r', when: { role: ['a'] }, serve: 'on', ...change }] });
const when = (condition: unknown) => rule({ when: condition });
const many = <T>(count: number, of: (index: number) => T) =>
  Array.from({ length: count }, (_, index) => of(index));

const REFUSED: [string, object][] = [
  ['no object', [] as object],
  ['an unknown part', { rulez: [] }],
  ['a missing part', { tags: undefined }],
  ['a key with capitals', { key: 'Flag' }],
  ['a key with two underscores', { key: 'a__b' }],
  ['a long key', { key: 'x'.repeat(41) }],
  ['no description', { description: ' ' }],
  ['an unknown kind', { kind: 'date' }],
  ['one variant', { variants: { off: false } }],
  [
    'eleven variants',
    { kind: 'number', variants: Object.fromEntries(many(11, (n) => [`v${n}`, n])), off: 'v0', default: 'v0' },
  ],
  ['a variant of another kind', { variants: { off: false, on: 'yes' } }],
  ['a boolean that is on when it is off', { off: 'on' }],
  ['a number that is none', { kind: 'number', variants: { off: 0, on: Infinity } }],
  ['a long text', { kind: 'string', variants: { off: '', on: 'x'.repeat(1_001) } }],
  ['a deep value', { kind: 'json', variants: { off: {}, on: deepValue(6) } }],
  ['an unknown off', { off: 'none' }],
  ['an inherited variant', { default: 'constructor' }],
  ['an unknown default', { default: 'gold' }],
  ['a rule that serves an unknown variant', rule({ serve: 'gold' })],
  ['a rule with more to say', rule({ also: 1 })],
  ['two rules of one id', { rules: [...rule({}).rules, ...rule({}).rules] }],
  ['21 rules', { rules: many(21, (n) => ({ ...rule({}).rules[0], id: `r${n}` })) }],
  ['conditions five deep', when(nested(4))],
  ['conditions deeper than anybody looks', when(nested(3_000))],
  ['41 conditions', when({ any: many(41, () => ({ role: ['a'] })) })],
  ['an unknown attribute', when({ moon: ['full'] })],
  ['an inherited attribute', when({ constructor: ['x'] })],
  ['two attributes at once', when({ role: ['a'], plan: ['b'] })],
  ['no values', when({ role: [] })],
  ['101 values', when({ role: many(101, String) })],
  ['a long value', when({ role: ['x'.repeat(65)] })],
  ['values that are rules of flagd', when({ role: [{ var: 'plan' }] })],
  ['a list of nothing', when({ all: [] })],
  ['a condition that is a list', when([])],
  ['a rollout of half a percent', { rollout: { variant: 'on', percent: 0.5 } }],
  ['a rollout above everybody', { rollout: { variant: 'on', percent: 101 } }],
  ['a rollout of an unknown variant', { rollout: { variant: 'gold', percent: 1 } }],
  ['a rollout with more to say', { rollout: { variant: 'on', percent: 1, by: 'user' } }],
  [
    'more than 16,000 bytes',
    {
      rules: many(20, (n) => ({
        id: `r${n}`,
        when: { role: many(60, (m) => `${m}`.padEnd(20)) },
        serve: 'on',
      })),
    },
  ],
  ['eleven tags', { tags: many(11, (n) => `t${n}`) }],
];

test.each(REFUSED)('a definition with %s is refused with a sentence', (_, change) => {
  const input: unknown = Array.isArray(change)
    ? change
    : JSON.parse(JSON.stringify({ ...flagWith(), ...change }));
  const parsed = parseDefinition(input);
  expect(parsed).toEqual({ refused: expect.stringMatching(/^[^{]+\.$/) as unknown });
});

test('each refusal is about what is wrong, because the same without it is taken', () => {
  const good = flagWith({
    ...rule({ when: nested(3) }),
    rollout: { variant: 'on', percent: 100 },
    tags: ['x'],
  });
  expect(parseDefinition(good)).toBe(good);
});

test('what comes with Chorus keeps to its own rules', () => {
  expect(CATALOGUE.map(parseDefinition)).toEqual(CATALOGUE);
  expect(new Set(CATALOGUE.map(({ key }) => key)).size).toBe(CATALOGUE.length);
});
