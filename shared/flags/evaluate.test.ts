import fc from 'fast-check';
import { expect, test } from 'vitest';
import { compileFlag } from './compile.ts';
import { parseDefinition } from './definition-problem.ts';
import type { FlagDefinition, Targeting } from './definition.ts';
import { flagLoader, type FlagCaller } from './evaluate.ts';
import { callers, callerWith, decideOnce, flagWith, targetings } from './testing.ts';

/** What a condition means, without flagd. */
function meant(when: Targeting, { facts }: FlagCaller): boolean {
  if ('all' in when) return when.all.every((part) => meant(part, { facts } as FlagCaller));
  if ('any' in when) return when.any.some((part) => meant(part, { facts } as FlagCaller));
  if ('not' in when) return !meant(when.not, { facts } as FlagCaller);
  return Object.entries(when).every(([attribute, values]: [string, readonly string[]]) =>
    [facts[attribute as keyof typeof facts]].flat().some((value) => values.includes(value)),
  );
}

const VARIANTS = { off: 'none', one: 'uno', two: 'due' };

const definitions = fc
  .array(fc.record({ when: targetings, serve: fc.constantFrom('off', 'one', 'two') }), { maxLength: 5 })
  .chain((rules) =>
    fc.constantFrom('off', 'one', 'two').map((otherwise) =>
      flagWith({
        kind: 'string',
        variants: VARIANTS,
        default: otherwise,
        rules: rules.map((rule, index) => ({ ...rule, id: `r${index}` })),
      }),
    ),
  );

test('rules decide as they read: the first that fits, else the default', () => {
  fc.assert(
    fc.property(definitions, callers, (definition, caller) => {
      expect(parseDefinition(definition)).toBe(definition);
      const fits = definition.rules.find(({ when }) => meant(when, caller));
      const variant = fits?.serve ?? definition.default;
      expect(decideOnce(definition, caller)).toMatchObject({
        variant,
        value: VARIANTS[variant as keyof typeof VARIANTS],
        on: variant !== 'off',
        layer: fits === undefined ? 'default' : 'rule',
        ...(fits !== undefined && { rule: fits.id }),
      });
    }),
    { numRuns: 500 },
  );
});

const TO_VIEWERS = flagWith({
  entitled: true,
  default: 'on',
  rules: [{ id: 'not-viewers', when: { role: ['viewer'] }, serve: 'off' }],
  rollout: { variant: 'on', percent: 100 },
});
const ENTITLED = { entitlements: ['a_flag'] };
const forced = (variant: string, until?: number) => ({
  overrides: { a_flag: { variant, forced: true, ...(until !== undefined && { until }) } },
});

test('each layer beats the next, and says that it did', () => {
  const layers: [string, object, boolean?][] = [
    ['global-kill', { ...ENTITLED, ...forced('on'), kills: ['a_flag'] }, true],
    ['tenant-kill', { ...ENTITLED, ...forced('on'), kills: ['a_flag'] }],
    ['override', forced('on')],
    ['plan', {}],
    ['rule', ENTITLED],
    ['rollout', { ...ENTITLED, role: ['owner'] }],
  ];
  const told = layers.map(([, change, killed]) => decideOnce(TO_VIEWERS, callerWith(change), killed));
  expect(told.map(({ layer }) => layer)).toEqual(layers.map(([layer]) => layer));
  expect(told.map(({ on }) => on)).toEqual([false, false, true, false, false, true]);
  const owner = callerWith({ ...ENTITLED, role: ['owner'] });
  const { rollout: _, ...noRollout } = TO_VIEWERS;
  expect(decideOnce(noRollout, owner)).toMatchObject({ layer: 'plan', on: true });
  expect(decideOnce({ ...noRollout, entitled: false }, owner)).toMatchObject({ layer: 'default', on: true });
});

test('what a tenant set itself does not outlive its plan, but off is always good', () => {
  const own = (variant: string) => ({ overrides: { a_flag: { variant, forced: false } } });
  expect(decideOnce(TO_VIEWERS, callerWith({ ...own('on'), ...ENTITLED }))).toMatchObject({
    layer: 'override',
    on: true,
  });
  expect(decideOnce(TO_VIEWERS, callerWith(own('on')))).toMatchObject({ layer: 'plan', on: false });
  expect(decideOnce(TO_VIEWERS, callerWith(own('off')))).toMatchObject({ layer: 'override', on: false });
  expect(decideOnce(flagWith(), callerWith(own('on')))).toMatchObject({ layer: 'default', on: false });
});

test('an override counts until it ends, and tells when that is', () => {
  const at = (nowS: number) => decideOnce(TO_VIEWERS, callerWith({ ...forced('on', 1_000), nowS }));
  expect(at(999)).toMatchObject({ layer: 'override', on: true, until: 1_000 });
  expect(at(1_000)).toMatchObject({ layer: 'plan', on: false });
});

test('an override to a variant that a later version dropped counts for nothing', () => {
  expect(decideOnce(flagWith({ default: 'on' }), callerWith(forced('gold')))).toMatchObject({
    layer: 'default',
    on: true,
  });
});

test('what no definition has is off, whatever it is called', () => {
  const flags = flagLoader()({ flags: {} });
  for (const key of ['nope', '__proto__', 'constructor', ''])
    expect(flags.decide(key, callerWith({ ...ENTITLED, overrides: {} }))).toMatchObject({
      on: false,
      layer: 'none',
    });
  expect(flagLoader()(undefined).decideAll(callerWith())).toEqual(new Map());
});

test('a definition that cannot be read is off, and the others are as they should be', () => {
  const definition = { ...flagWith(), later: 'something' } as FlagDefinition;
  const flags = flagLoader()({
    flags: {
      broken: { version: 1, definition },
      a_flag: { version: 1, definition: flagWith({ default: 'on' }) },
    },
  });
  expect(flags.keys).toEqual(['a_flag']);
  expect(flags.decide('broken', callerWith())).toMatchObject({ on: false, layer: 'none' });
});

test('a new version, a kill and its end are seen at the next load', () => {
  const load = flagLoader();
  const at = (version: number, definition: FlagDefinition, kill: { killed?: boolean } = {}) =>
    load({ flags: { a_flag: { version, definition, ...kill } } }).decide('a_flag', callerWith());
  const [off, on] = [flagWith(), flagWith({ default: 'on' })];
  expect(at(1, off)).toMatchObject({ on: false, version: 1 });
  expect(at(2, on)).toMatchObject({ on: true, version: 2 });
  expect(at(2, on, { killed: true })).toMatchObject({ on: false, layer: 'global-kill' });
  expect(at(2, on)).toMatchObject({ on: true, layer: 'default' });
});

test('nothing of a rule is more than data to flagd', () => {
  const { targeting } = compileFlag(
    flagWith({ rules: [{ id: 'r', when: { user: ['{"var":"plan"}'] }, serve: 'on' }] }),
  );
  expect(JSON.stringify(targeting)).toContain(JSON.stringify('{"var":"plan"}'));
  const tricky = flagWith({ rules: [{ id: 'r', when: { user: ['plan', 'ann"'] }, serve: 'on' }] });
  expect(decideOnce(tricky, callerWith())).toMatchObject({ on: false });
});
