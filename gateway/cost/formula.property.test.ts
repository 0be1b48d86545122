import fc from 'fast-check';
import { expect, test } from 'vitest';
import { prepareSupergraph } from '../supergraph/prepare.ts';
import { costsOver, SHOP, supergraphText } from './testing.ts';

const costs = costsOver(prepareSupergraph(supergraphText('"@cost", "@listSize"', SHOP)));

const size = fc.oneof(
  fc.constant('$n'),
  fc.constant('null'),
  fc.integer({ min: -1000, max: 3000 }).map(String),
);

/** Selections of every kind the schema has; sizes are literals or the variable `$n`. */
const { root, user } = fc.letrec<Record<'root' | 'user' | 'node' | 'filter', string>>((tie) => {
  const within = (field: string, type: 'user' | 'node') => tie(type).map((inner) => `${field} { ${inner} }`);
  const sized = (field: string, ...wrapping: string[]) =>
    fc
      .tuple(size, tie('user'))
      .map(
        ([first, inner]) =>
          `${[`${field}(first: ${first})`, ...wrapping].join(' { ')} { ${inner} }${' }'.repeat(wrapping.length)}`,
      );
  const several = (...fields: fc.Arbitrary<string>[]) =>
    fc
      .array(fc.oneof({ depthSize: 'small' }, fc.constant('__typename'), ...fields), {
        minLength: 1,
        maxLength: 4,
      })
      .map((all) => all.join(' '));
  return {
    user: several(fc.constant('id'), fc.constant('secrets'), within('friend', 'user'), sized('friends')),
    node: several(
      sized('friends'),
      tie('user').map((inner) => `... on User { ${inner} }`),
      fc.constant('... on Robot @skip(if: $b) { model { gold } }'),
      tie('node').map((inner) => `... on Node @include(if: $b) { ${inner} }`),
    ),
    filter: fc.oneof(
      { depthSize: 'small' },
      fc.constant('null'),
      fc.constant('$f'),
      tie('filter').map((inner) => `{ price: $n, within: ${inner} }`),
    ),
    root: several(
      fc.constant('dear'),
      fc.constant('negative'),
      within('user', 'user'),
      within('node', 'node'),
      within('nodes', 'node'),
      sized('paged'),
      sized('strict'),
      sized('usual'),
      sized('matrix'),
      sized('connection', 'nodes'),
      sized('unknown', 'nodes'),
      sized('connection', 'edges', 'user'),
      tie('filter').map((filter) => `find(filter: ${filter}, all: [${filter}])`),
    ),
  };
});

const ask = (selections: string) =>
  costs(`query ($n: Int, $b: Boolean = true, $f: Filter) { ${selections} }`);
const filters = fc.letrec<{ filter: object | null }>((tie) => ({
  filter: fc.option(fc.record({ price: fc.integer(), within: tie('filter') }), { depthSize: 'small' }),
})).filter;
const variables = fc.record(
  { n: fc.option(fc.integer()), b: fc.boolean(), f: filters },
  { requiredKeys: [] },
);

test('whatever is asked with whichever variables, nobody buys anything back', () => {
  fc.assert(
    fc.property(root, variables, (selections, given) => {
      const total = ask(selections).cost(given);
      expect(Number.isSafeInteger(total) && total >= 0).toBe(true);
    }),
  );
});

test('more items never cost less', () => {
  fc.assert(
    fc.property(root, variables, fc.integer(), fc.nat(), (selections, given, n, more) => {
      const { cost } = ask(selections);
      expect(cost({ ...given, n: n + more })).toBeGreaterThanOrEqual(cost({ ...given, n }));
    }),
  );
});

test('asking for more never costs less, and what is asked under two names costs twice as much', () => {
  fc.assert(
    fc.property(root, root, user, variables, (one, two, inner, given) => {
      expect(ask(`... { ${one} } ... { ${two} }`).cost(given)).toBe(
        ask(one).cost(given) + ask(two).cost(given),
      );
      expect(ask(`a: user { ${inner} } b: user { ${inner} }`).cost(given)).toBe(
        2 * ask(`user { ${inner} }`).cost(given),
      );
    }),
  );
});

test('a constant operation costs the same as one that takes the same numbers from variables', () => {
  fc.assert(
    fc.property(root, fc.integer({ min: -1000, max: 3000 }), (selections, n) => {
      const constant = selections
        .replaceAll('$n', String(n))
        .replaceAll('$b', 'true')
        .replaceAll('$f', 'null');
      expect(ask(selections).cost({ n, b: true, f: null })).toBe(ask(constant).cost());
    }),
  );
});

test('the paths at the root add up to the total', () => {
  fc.assert(
    fc.property(root, variables, (selections, given) => {
      const { cost, paths } = ask(selections);
      const atRoot = Object.entries(paths(given)).filter(([path]) => !path.includes('.'));
      expect(atRoot.reduce((sum, [, each]) => sum + each, 0)).toBe(cost(given));
    }),
  );
});
