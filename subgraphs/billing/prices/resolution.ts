import type { ChargeModel } from './charge-model.ts';

/** Whose a price is: the first of these that has one decides. */
export type PriceLevel = 'CONTRACT' | 'GROUP' | 'ROLE' | 'SEAT_TYPE' | 'PLAN_VERSION' | 'DEFAULT';

/** One price of one thing for one subject. Units and validity are as in `price.table.ts`. */
export interface Candidate {
  id: string;
  subject: string;
  item: string;
  currency: string;
  unitsFrom: bigint;
  unitsTo: bigint | null;
  validFrom: Date;
  validTo: Date | null;
  model: ChargeModel;
}

/** What is to be priced. */
export interface Wanted {
  item: string;
  currency: string;
  quantity: bigint;
  at: Date;
}

/** Why a price is not the one. */
export type Verdict = 'WINS' | 'OUTRANKED' | 'NOT_YET' | 'ENDED' | 'OTHER_CURRENCY' | 'OTHER_QUANTITY';

export interface Step<T> {
  level: PriceLevel;
  subject: string;
  /** Undefined where the subject has no price for this at all. */
  price: T | undefined;
  verdict: Verdict | 'NONE';
}

const LEVELS: Readonly<Record<string, PriceLevel>> = {
  contract: 'CONTRACT',
  group: 'GROUP',
  role: 'ROLE',
  seat: 'SEAT_TYPE',
  plan: 'PLAN_VERSION',
  default: 'DEFAULT',
};

/** Undefined for what is no subject of prices. */
export function levelOf(subject: string): PriceLevel | undefined {
  const kind = subject.split(':', 1)[0] ?? '';
  return Object.hasOwn(LEVELS, kind) ? LEVELS[kind] : undefined;
}

/**
 * The caller's subjects in order of precedence, each with what it has for the wanted thing. Within a subject the latest price comes first,
 * then the smallest id, so that the answer never depends on the order in which rows are read.
 */
export function resolve<T extends Candidate>(
  candidates: readonly T[],
  chain: readonly string[],
  wanted: Wanted,
): { steps: Step<T>[]; winner: T | undefined } {
  let winner: T | undefined;
  const steps = chain.flatMap((subject): Step<T>[] => {
    const level = levelOf(subject);
    if (level === undefined) return [];
    const own = candidates
      .filter((candidate) => candidate.subject === subject && candidate.item === wanted.item)
      .toSorted(latestFirst);
    if (own.length === 0) return [{ level, subject, price: undefined, verdict: 'NONE' }];
    return own.map((price) => {
      const verdict = reason(price, wanted) ?? (winner === undefined ? 'WINS' : 'OUTRANKED');
      if (verdict === 'WINS') winner = price;
      return { level, subject, price, verdict };
    });
  });
  return { steps, winner };
}

const latestFirst = (one: Candidate, other: Candidate): number =>
  other.validFrom.getTime() - one.validFrom.getTime() || (one.id < other.id ? -1 : 1);

function reason(price: Candidate, { currency, quantity, at }: Wanted): Verdict | undefined {
  if (price.currency !== currency) return 'OTHER_CURRENCY';
  if (at < price.validFrom) return 'NOT_YET';
  if (price.validTo !== null && at >= price.validTo) return 'ENDED';
  if (quantity < price.unitsFrom || (price.unitsTo !== null && quantity > price.unitsTo))
    return 'OTHER_QUANTITY';
  return undefined;
}
