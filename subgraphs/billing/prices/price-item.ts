import { AppError } from '@chorus/shared/errors.ts';
import { MOST_UNITS } from './charge-model.ts';

/** Something that has a price, as the API names it. */
export interface PriceItem {
  kind: 'PLAN' | 'SEAT' | 'ADD_ON' | 'METER';
  key?: string | null | undefined;
}

const PREFIX = { PLAN: 'plan', ADD_ON: 'add_on', METER: 'meter' } as const;
const KEY = /^[a-z][a-z0-9_.]{0,39}$/;

/** As prices are kept by. @throws AppError BAD_USER_INPUT for a key that cannot be */
export function itemText({ kind, key }: PriceItem): string {
  if (kind === 'SEAT') {
    if (key !== undefined && key !== null) throw new AppError('BAD_USER_INPUT', 'A seat has no key.');
    return 'seat';
  }
  if (key === undefined || key === null || !KEY.test(key))
    throw new AppError('BAD_USER_INPUT', 'key must be 1 to 40 lower-case letters, digits, points and _.');
  return `${PREFIX[kind]}:${key}`;
}

/** @throws AppError BAD_USER_INPUT for fewer than no units and more than anybody uses */
export function checkedQuantity(quantity: bigint): bigint {
  if (quantity < 0n || quantity > MOST_UNITS)
    throw new AppError('BAD_USER_INPUT', `quantity must be from 0 to ${MOST_UNITS}.`);
  return quantity;
}

const FARTHEST_MS = 10 * 366 * 86_400_000;

/** @throws AppError BAD_USER_INPUT for a moment that nobody has prices of */
export function checkedMoment(at: Date, now: Date): Date {
  if (Number.isNaN(at.getTime()) || Math.abs(at.getTime() - now.getTime()) > FARTHEST_MS)
    throw new AppError('BAD_USER_INPUT', 'at must be at most ten years away.');
  return at;
}
