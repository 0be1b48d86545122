import { roundHalfEven } from '../money/rounding.ts';

/** From its beginning to the moment it ends, which is the next one's. */
export interface Period {
  start: Date;
  end: Date;
}

/** Seconds count whole, and the second in which something happens is still the time before it. */
const second = (moment: Date): bigint => BigInt(Math.floor(moment.getTime() / 1000));

/**
 * The part of a period's amount that falls on the time from `from` to `to`, by the second, in minor units. It is the difference of two
 * running totals, so the parts of a period that leave no gap are together exactly the amount, however many there are.
 */
export function partOf(amount: bigint, period: Period, from: Date, to: Date): bigint {
  return runningTotal(amount, period, to) - runningTotal(amount, period, from);
}

function runningTotal(amount: bigint, { start, end }: Period, at: Date): bigint {
  const length = second(end) - second(start);
  if (length <= 0n) throw new RangeError('a period has a length');
  const passed = second(at) - second(start);
  if (passed <= 0n) return 0n;
  return passed >= length ? amount : roundHalfEven(amount * passed, length);
}
