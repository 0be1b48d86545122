const DECIMAL = /^(?:0|[1-9]\d{0,11})(?:\.\d{1,6})?$/;
const NOTHING = /^0(?:\.0+)?$/;
/** As many digits as every JSON number keeps; more come as a string. */
const MOST_DIGITS_OF_A_NUMBER = 15;

/**
 * Why a value is no quantity to count, or undefined if it is one: positive, at most 12 digits before the point and 6
 * behind it. Decimal text all the way, so that nothing is ever rounded.
 */
export function quantityProblem(value: unknown, isWhole: boolean): string | undefined {
  if (typeof value !== 'number' && typeof value !== 'string')
    return 'must be a number, or a number in a string';
  const text = String(value);
  if (!DECIMAL.test(text)) return 'must be positive, with at most 12 digits before the point and 6 behind it';
  if (NOTHING.test(text)) return 'must be more than nothing';
  if (typeof value === 'number' && text.replace('.', '').length > MOST_DIGITS_OF_A_NUMBER)
    return 'has more digits than a JSON number keeps; send it as a string';
  if (isWhole && text.includes('.')) return 'is counted in whole units';
  return undefined;
}
