/**
 * The one rule of rounding: to the nearest whole number, and of two that are equally near to the even one. An amount is
 * rounded once, where a line of a quote or an invoice is made; whatever is worked out from a line divides whole minor units.
 */
export function roundHalfEven(numerator: bigint, denominator: bigint): bigint {
  if (denominator <= 0n) throw new RangeError('the denominator must be positive');
  const rest = ((numerator % denominator) + denominator) % denominator;
  const below = (numerator - rest) / denominator;
  const twice = rest * 2n;
  if (twice === denominator) return below % 2n === 0n ? below : below + 1n;
  return twice > denominator ? below + 1n : below;
}
