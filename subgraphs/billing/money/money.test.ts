import { expect, test } from 'vitest';
import { isCurrency, money, split } from './money.ts';
import { roundHalfEven } from './rounding.ts';

test.each([
  [0n, 'EUR', '0.00'],
  [5n, 'EUR', '0.05'],
  [4900n, 'EUR', '49.00'],
  [-5n, 'EUR', '-0.05'],
  [-4900n, 'USD', '-49.00'],
  [0n, 'JPY', '0'],
  [4900n, 'JPY', '4900'],
  [-1n, 'JPY', '-1'],
  [49_000n, 'KWD', '49.000'],
  [1n, 'KWD', '0.001'],
  [12_345n, 'CLF', '1.2345'],
])('%s minor units of %s are written %s', (minorUnits, currency, amount) => {
  expect(money(minorUnits, currency)).toEqual({ amount, currency, minorUnits });
});

test('amounts beyond 2^53 keep every digit', () => {
  expect(money(900_719_925_474_099_301n, 'EUR').amount).toBe('9007199254740993.01');
});

test('a hundred by three loses nothing, and a debt neither', () => {
  expect(split(10_000n, 'EUR', [1n, 1n, 1n])).toEqual([3334n, 3333n, 3333n]);
  expect(split(-10_000n, 'EUR', [1n, 1n, 1n])).toEqual([-3334n, -3333n, -3333n]);
  expect(split(100n, 'JPY', [1n, 1n, 1n])).toEqual([34n, 33n, 33n]);
});

test('only codes of ISO 4217 are currencies', () => {
  expect(['EUR', 'JPY', 'KWD', 'eur', 'EURO', 'constructor', ''].map(isCurrency)).toEqual([
    true,
    true,
    true,
    false,
    false,
    false,
    false,
  ]);
});

test.each([
  [-25n, -2n],
  [-15n, -2n],
  [-5n, 0n],
  [4n, 0n],
  [5n, 0n],
  [6n, 1n],
  [15n, 2n],
  [25n, 2n],
  [26n, 3n],
])('%s tenths are rounded to %s', (tenths, whole) => {
  expect(roundHalfEven(tenths, 10n)).toBe(whole);
});
