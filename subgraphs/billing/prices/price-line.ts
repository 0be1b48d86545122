import { AppError } from '@chorus/shared/errors.ts';
import { charge, cheaperFrom } from './charge-model.ts';
import { resolve, type Candidate, type Step } from './resolution.ts';

/** So many units of something at its price, in minor units; a month of it, but for meters. */
export interface Line {
  item: string;
  quantity: bigint;
  amount: bigint;
  priceId: string;
  /** From how many units on more costs less. */
  cheaperFrom: bigint | undefined;
}

export interface Resolved<T> {
  steps: Step<T>[];
  winner: T | undefined;
}

interface Asked {
  item: string;
  quantity: bigint;
}

/** Whose prices, in what, and of which moment. */
export interface On {
  subjects: readonly string[];
  currency: string;
  at: Date;
}

/** Which price holds for an item. */
export const priceOf = <T extends Candidate>(
  prices: Iterable<readonly T[]>,
  { item, quantity }: Asked,
  { subjects, currency, at }: On,
): Resolved<T> => resolve([...prices].flat(), subjects, { item, currency, quantity, at });

/**
 * The one function that makes an amount of a price: quotes, changes and invoices are made of its lines.
 * @throws AppError BAD_USER_INPUT for what has no price
 */
export function lineOf(prices: Iterable<readonly Candidate[]>, asked: Asked, on: On): Line {
  const { winner } = priceOf(prices, asked, on);
  if (winner === undefined)
    throw new AppError(
      'BAD_USER_INPUT',
      `There is no price in ${on.currency} for ${asked.quantity} of ${asked.item}.`,
    );
  const { item, quantity } = asked;
  return {
    item,
    quantity,
    amount: charge(winner.model, quantity, on.currency),
    priceId: winner.id,
    cheaperFrom: cheaperFrom(winner.model, quantity, on.currency),
  };
}
