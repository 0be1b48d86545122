import { allocate, dinero, toDecimal, toSnapshot, type DineroCurrency } from 'dinero.js/bigint';
import * as currencies from 'dinero.js/bigint/currencies';

/** What the API says of an amount; `amount` and `minorUnits` are the same number. */
export interface Money {
  amount: string;
  currency: string;
  minorUnits: bigint;
}

const KNOWN = new Map<string, DineroCurrency<bigint>>(Object.entries(currencies));

/** Whether it is an ISO 4217 code that amounts can be in. */
export const isCurrency = (code: string): boolean => KNOWN.has(code);

/** How many decimals the smallest unit of a currency stands behind; 2 for one that is not known. */
export const decimalsOf = (currency: string): number => Number(of(currency).exponent);

/** Whole numbers all the way, so that no amount is ever rounded. */
export const money = (minorUnits: bigint, currency: string): Money => ({
  amount: toDecimal(dinero({ amount: minorUnits, currency: of(currency) })),
  currency,
  minorUnits,
});

/** Parts of an amount by their weights, which together are the amount; what cannot be divided goes to the first ones. */
export const split = (minorUnits: bigint, currency: string, weights: readonly bigint[]): bigint[] =>
  allocate(dinero({ amount: minorUnits, currency: of(currency) }), [...weights]).map(
    (part) => toSnapshot(part).amount,
  );

const of = (code: string): DineroCurrency<bigint> => KNOWN.get(code) ?? { code, base: 10n, exponent: 2n };
