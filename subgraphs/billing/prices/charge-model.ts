import { z } from 'zod';
import { exactOf, isDecimal, minorUnitsOf } from './decimal.ts';

/** More units than anybody can use, so that no amount outgrows its column. */
export const MOST_UNITS = 1_000_000_000n;
const MOST_TIERS = 50;

const decimal = z.string().max(25).refine(isDecimal, 'a price is not negative and has at most 12 decimals');
const units = z
  .string()
  .regex(/^[1-9]\d{0,9}$/, 'units are whole numbers from 1')
  .refine((text) => BigInt(text) <= MOST_UNITS, `units are at most ${MOST_UNITS}`);

/** The units up to `upTo`, or all that are left, at `unit` each; `flat` is asked for once as soon as the tier is reached. */
const tier = z.strictObject({ upTo: units.nullable(), unit: decimal, flat: decimal.optional() });
const tiers = z
  .array(tier)
  .min(1)
  .max(MOST_TIERS)
  .refine(areInOrder, 'tiers rise, and only the last one has no end');

/** The least that is asked for in a period, used or not. */
const minimum = { minimum: decimal.optional() };

/** How a quantity becomes an amount; checked when it is written and again when it is read. */
export const chargeModel = z.discriminatedUnion('kind', [
  z.strictObject({ kind: z.literal('STANDARD'), unit: decimal, ...minimum }),
  z.strictObject({ kind: z.literal('GRADUATED'), tiers, ...minimum }),
  z.strictObject({ kind: z.literal('VOLUME'), tiers, ...minimum }),
  z.strictObject({ kind: z.literal('PACKAGE'), size: units, price: decimal, ...minimum }),
]);

export type ChargeModel = z.infer<typeof chargeModel>;
export type Tier = z.infer<typeof tier>;

function areInOrder(given: readonly { upTo: string | null }[]): boolean {
  const ends = given.map(({ upTo }) => upTo);
  if (ends.at(-1) !== null || ends.slice(0, -1).includes(null)) return false;
  const numbers = ends.slice(0, -1).map((end) => BigInt(end ?? 0));
  return numbers.every((end, index) => index === 0 || end > (numbers[index - 1] ?? 0n));
}

/** What so many units cost in minor units: exact to the end and rounded once. @throws RangeError for less than none */
export function charge(model: ChargeModel, quantity: bigint, currency: string): bigint {
  if (quantity < 0n || quantity > MOST_UNITS) throw new RangeError('that many units cannot be priced');
  const exact = exactCharge(model, quantity);
  const least = model.minimum === undefined ? 0n : exactOf(model.minimum);
  return minorUnitsOf(exact > least ? exact : least, currency);
}

function exactCharge(model: ChargeModel, quantity: bigint): bigint {
  if (quantity === 0n) return 0n;
  switch (model.kind) {
    case 'STANDARD':
      return quantity * exactOf(model.unit);
    case 'PACKAGE': {
      const size = BigInt(model.size);
      return ((quantity + size - 1n) / size) * exactOf(model.price);
    }
    case 'VOLUME': {
      const reached = model.tiers.find(({ upTo }) => upTo === null || quantity <= BigInt(upTo));
      return reached === undefined ? 0n : flatOf(reached) + quantity * exactOf(reached.unit);
    }
    case 'GRADUATED':
      return graduated(model.tiers, quantity);
  }
}

function graduated(steps: readonly Tier[], quantity: bigint): bigint {
  let [sum, below] = [0n, 0n];
  for (const step of steps) {
    if (quantity <= below) break;
    const end = step.upTo === null || quantity < BigInt(step.upTo) ? quantity : BigInt(step.upTo);
    sum += flatOf(step) + (end - below) * exactOf(step.unit);
    below = end;
  }
  return sum;
}

const flatOf = ({ flat }: Tier): bigint => (flat === undefined ? 0n : exactOf(flat));

/** The fewest units beyond these that cost less than these do, as volume prices can; undefined where more never costs less. */
export function cheaperFrom(model: ChargeModel, quantity: bigint, currency: string): bigint | undefined {
  if (model.kind !== 'VOLUME') return undefined;
  const now = charge(model, quantity, currency);
  return model.tiers
    .flatMap(({ upTo }) => (upTo === null ? [] : [BigInt(upTo) + 1n]))
    .find((start) => start > quantity && start <= MOST_UNITS && charge(model, start, currency) < now);
}
