import fc from 'fast-check';
import { expect, test } from 'vitest';
import { charge, chargeModel, cheaperFrom, MOST_UNITS, type ChargeModel } from './charge-model.ts';

const tiers = [
  { upTo: '100', unit: '1.00' },
  { upTo: '200', unit: '0.80' },
  { upTo: null, unit: '0.50' },
];
const graduated: ChargeModel = { kind: 'GRADUATED', tiers };
const volume: ChargeModel = { kind: 'VOLUME', tiers };
const packages: ChargeModel = { kind: 'PACKAGE', size: '100', price: '50.00' };
const standard: ChargeModel = { kind: 'STANDARD', unit: '0.000123' };

test.each([
  [0n, 0n, 0n, 0n],
  [1n, 100n, 100n, 5000n],
  [100n, 10000n, 10000n, 5000n],
  [101n, 10080n, 8080n, 10000n],
  [200n, 18000n, 16000n, 10000n],
  [201n, 18050n, 10050n, 15000n],
  [250n, 20500n, 12500n, 15000n],
])('%s units cost %s graduated, %s by volume and %s in packages', (units, ...expected) => {
  const amounts = [graduated, volume, packages].map((model) => charge(model, units, 'EUR'));
  expect(amounts).toEqual(expected);
});

test('a line is rounded once, to the nearest and from the middle to the even minor unit', () => {
  expect(charge(standard, 1_000_000n, 'EUR')).toBe(12300n);
  expect(charge({ kind: 'STANDARD', unit: '0.005' }, 1n, 'EUR')).toBe(0n);
  expect(charge({ kind: 'STANDARD', unit: '0.005' }, 3n, 'EUR')).toBe(2n);
  expect(charge({ kind: 'STANDARD', unit: '0.005' }, 1000n, 'EUR')).toBe(500n);
});

test('an amount has the decimals of its currency', () => {
  const model: ChargeModel = { kind: 'STANDARD', unit: '1.2345' };
  expect(['JPY', 'EUR', 'KWD', 'CLF'].map((code) => charge(model, 1n, code))).toEqual([
    1n,
    123n,
    1234n,
    12345n,
  ]);
});

test('a flat part is asked for once a tier is reached, and a minimum in any case', () => {
  const flat = [
    { upTo: '10', unit: '0', flat: '5' },
    { upTo: null, unit: '1', flat: '2' },
  ];
  const amounts = (model: ChargeModel) => [0n, 1n, 10n, 11n].map((units) => charge(model, units, 'EUR'));
  expect(amounts({ kind: 'GRADUATED', tiers: flat })).toEqual([0n, 500n, 500n, 800n]);
  expect(amounts({ kind: 'VOLUME', tiers: flat })).toEqual([0n, 500n, 500n, 1300n]);
  expect(amounts({ kind: 'STANDARD', unit: '1', minimum: '10.50' })).toEqual([1050n, 1050n, 1050n, 1100n]);
});

test('fewer than no units and more than anybody uses have no price', () => {
  for (const units of [-1n, MOST_UNITS + 1n])
    expect(() => charge(standard, units, 'EUR')).toThrow(RangeError);
});

test('volume prices say from which quantity on more costs less', () => {
  expect(cheaperFrom(volume, 90n, 'EUR')).toBe(101n);
  expect(cheaperFrom(volume, 190n, 'EUR')).toBe(201n);
  expect(cheaperFrom(volume, 50n, 'EUR')).toBeUndefined();
  expect(cheaperFrom(volume, 250n, 'EUR')).toBeUndefined();
  expect(cheaperFrom(graduated, 90n, 'EUR')).toBeUndefined();
});

test.each<[string, unknown]>([
  ['a negative price', { kind: 'STANDARD', unit: '-1' }],
  ['more decimals than twelve', { kind: 'STANDARD', unit: '0.0000000000001' }],
  ['an exponent', { kind: 'STANDARD', unit: '1e3' }],
  ['a number instead of a text', { kind: 'STANDARD', unit: 1 }],
  ['something that is not known', { kind: 'STANDARD', unit: '1', discount: '0.1' }],
  ['a package of nothing', { kind: 'PACKAGE', size: '0', price: '1' }],
  ['no tiers', { kind: 'VOLUME', tiers: [] }],
  ['tiers that end', { kind: 'VOLUME', tiers: [{ upTo: '10', unit: '1' }] }],
  ['tiers that do not rise', { kind: 'GRADUATED', tiers: [tiers[1], tiers[0], tiers[2]] }],
  ['a tier behind the last', { kind: 'GRADUATED', tiers: [tiers[2], tiers[2]] }],
  ['a model there is not', { kind: 'FREE' }],
])('%s is no charge model', (_what, model) => {
  expect(chargeModel.safeParse(model).success).toBe(false);
});

test('what is priced in the tests is a charge model', () => {
  for (const model of [graduated, volume, packages, standard])
    expect(chargeModel.parse(JSON.parse(JSON.stringify(model)))).toEqual(model);
});

const price = fc.bigInt({ min: 0n, max: 10n ** 15n }).map((exact) => {
  const digits = exact.toString().padStart(13, '0');
  return `${digits.slice(0, -12)}.${digits.slice(-12)}`;
});
const units = fc.bigInt({ min: 0n, max: 100_000n });
const rising = fc
  .tuple(
    fc.uniqueArray(fc.integer({ min: 1, max: 50_000 }), { maxLength: 6 }),
    fc.array(price, { minLength: 7, maxLength: 7 }),
  )
  .map(([ends, prices]) =>
    [...ends.toSorted((a, b) => a - b).map(String), null].map((upTo, at) => ({
      upTo,
      unit: prices[at] ?? '0',
    })),
  );

test('graduated prices never fall with more units, whatever the tiers', () => {
  fc.assert(
    fc.property(rising, units, units, (steps, some, more) => {
      const model: ChargeModel = { kind: 'GRADUATED', tiers: steps };
      expect(charge(model, some, 'EUR')).toBeLessThanOrEqual(charge(model, some + more, 'EUR'));
    }),
    { numRuns: 500 },
  );
});

test('one tier is the same graduated, by volume and as a standard price', () => {
  fc.assert(
    fc.property(price, units, (unit, quantity) => {
      const one = [{ upTo: null, unit }];
      const amounts = [
        charge({ kind: 'GRADUATED', tiers: one }, quantity, 'KWD'),
        charge({ kind: 'VOLUME', tiers: one }, quantity, 'KWD'),
        charge({ kind: 'STANDARD', unit }, quantity, 'KWD'),
      ];
      expect(new Set(amounts).size).toBe(1);
    }),
    { numRuns: 500 },
  );
});

test('what volume prices warn of is more units for less', () => {
  fc.assert(
    fc.property(rising, units, (steps, quantity) => {
      const model: ChargeModel = { kind: 'VOLUME', tiers: steps };
      const from = cheaperFrom(model, quantity, 'EUR');
      if (from === undefined) return;
      expect(from).toBeGreaterThan(quantity);
      expect(charge(model, from, 'EUR')).toBeLessThan(charge(model, quantity, 'EUR'));
    }),
    { numRuns: 500 },
  );
});
