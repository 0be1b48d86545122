import { lineOf, type Line } from '../prices/price-line.ts';
import { partOf, type Period } from '../prices/proration.ts';
import type { Candidate } from '../prices/resolution.ts';

/** What somebody has of a plan, or would have. */
export interface Taken {
  planKey: string;
  includedSeats: number;
  seats: number;
  addOns: readonly string[];
  /** Nothing is charged while a plan is tried. */
  inTrial: boolean;
  /** Whose prices: subjects with the version of this plan among them. */
  subjects: readonly string[];
}

/** A line's share of what is left of the period: `amount` is negative for what is given back. */
export interface ProratedLine extends Pick<Line, 'item' | 'quantity' | 'amount' | 'priceId'> {
  from: Date;
  to: Date;
}

/** What a month costs: the plan, the seats beyond those in it, the add-ons. */
export const itemsOf = ({ planKey, includedSeats, seats, addOns }: Taken) => [
  { item: `plan:${planKey}`, quantity: 1n },
  { item: 'seat', quantity: BigInt(Math.max(0, seats - includedSeats)) },
  ...addOns.map((key) => ({ item: `add_on:${key}`, quantity: 1n })),
];

/** The lines of a month at the prices of a moment. */
export const monthlyLines = (
  prices: ReadonlyMap<string, readonly Candidate[]>,
  taken: Taken,
  on: { currency: string; at: Date },
): Line[] =>
  itemsOf(taken)
    .filter(({ item, quantity }) => quantity > 0n || item !== 'seat')
    .map((asked) => lineOf(prices.values(), asked, { ...on, subjects: taken.subjects }));

/**
 * What a change at a moment gives back and asks for until the end of the period. What stays as it is, is neither. What was used and what is
 * given back are together exactly what was asked for, because both are parts of one amount.
 */
export function prorate(
  before: { lines: readonly Line[]; inTrial: boolean },
  after: { lines: readonly Line[]; inTrial: boolean },
  period: Period,
  at: Date,
): ProratedLine[] {
  const [had, has] = [before.inTrial ? [] : before.lines, after.inTrial ? [] : after.lines];
  const share = (line: Line, sign: bigint): ProratedLine[] => {
    const { item, quantity, priceId } = line;
    const amount = sign * partOf(line.amount, period, at, period.end);
    return amount === 0n ? [] : [{ item, quantity, priceId, amount, from: at, to: period.end }];
  };
  const isIn = (lines: readonly Line[], { item, amount, priceId }: Line) =>
    lines.some((other) => other.item === item && other.amount === amount && other.priceId === priceId);
  return [
    ...had.filter((line) => !isIn(has, line)).flatMap((line) => share(line, -1n)),
    ...has.filter((line) => !isIn(had, line)).flatMap((line) => share(line, 1n)),
  ];
}

export const sumOf = (lines: readonly { amount: bigint }[]): bigint =>
  lines.reduce((sum, { amount }) => sum + amount, 0n);
