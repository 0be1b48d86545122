import { decimalsOf } from '../money/money.ts';
import { roundHalfEven } from '../money/rounding.ts';

/** How many decimals a price may have, so that a mention can cost 0.000123. */
export const PRICE_DECIMALS = 12;

const SCALE = 10n ** BigInt(PRICE_DECIMALS);
const DECIMAL = new RegExp(String.raw`^(?<whole>\d{1,9})(?:\.(?<fraction>\d{1,${PRICE_DECIMALS}}))?$`);

/** Whether it is a price as people write it: not negative, no exponent, at most nine digits before the point and twelve behind it. */
export const isDecimal = (text: string): boolean => DECIMAL.test(text);

/** The same as a whole number of 10^-12 of the currency. @throws RangeError for what `isDecimal` refuses */
export function exactOf(text: string): bigint {
  const { whole, fraction = '' } = DECIMAL.exec(text)?.groups ?? {};
  if (whole === undefined) throw new RangeError(`${text} is not a price`);
  return BigInt(whole) * SCALE + BigInt(fraction.padEnd(PRICE_DECIMALS, '0'));
}

/** The minor units of an exact amount, rounded. */
export const minorUnitsOf = (exact: bigint, currency: string): bigint =>
  roundHalfEven(exact, 10n ** BigInt(PRICE_DECIMALS - decimalsOf(currency)));
