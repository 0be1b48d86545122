import { expect, test } from 'vitest';
import { money } from './money.ts';

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
