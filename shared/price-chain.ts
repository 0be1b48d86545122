import type { BillingRecord, PriceBookRecord, PriceMoments } from './records.ts';

/** Who is priced, and when. */
export interface Priced {
  tenantId: string;
  customerGroup: string;
  /** Names of locked roles and ids of the tenant's own, which nobody in the tenant can choose. */
  roles: readonly string[];
  seatType: string;
  billing: BillingRecord | undefined;
  book: PriceBookRecord | undefined;
  /** Seconds since 1970. */
  nowS: number;
}

/** What a caller's prices follow from, as the chain says it. */
export interface PricedBy {
  /** Subjects of prices in order of precedence. */
  subjects: string[];
  currency: string;
  /** The moment in milliseconds since 1970 that was passed last at which prices change. */
  since: number;
}

const CURRENCY = 'EUR';

/**
 * Whose prices a caller has, in order of precedence, then the currency, and what tells one state of the price book from another: whoever
 * has the same chain has the same prices. Only what has prices at all is named, so that most callers share one chain.
 */
export function priceChain({ billing, book, ...who }: Priced): string[] {
  if (billing === undefined) return [];
  const known = new Set(book?.subjects);
  const own = [
    `group:${who.customerGroup}`,
    ...who.roles.toSorted().map((role) => `role:${role}`),
    `seat:${who.seatType}`,
  ];
  const since = Math.max(lastBefore(book, who.nowS), lastBefore(billing.contract, who.nowS));
  return [
    ...(billing.contract === undefined ? [] : [`contract:${who.tenantId}`]),
    ...own.filter((subject) => known.has(subject)),
    `plan:${billing.plan}@${billing.planVersion ?? 1}`,
    'default',
    `currency:${billing.currency ?? CURRENCY}`,
    `book:${book?.revision ?? 0}.${billing.contract?.revision ?? 0}.${since}`,
  ];
}

/** The first moment after `nowS` at which the chain changes by itself; seconds since 1970, else Infinity. */
export const priceChainChangesAt = ({
  billing,
  book,
  nowS,
}: Pick<Priced, 'billing' | 'book' | 'nowS'>): number =>
  Math.min(
    Infinity,
    ...[...(book?.coming ?? []), ...(billing?.contract?.coming ?? [])].filter((moment) => moment > nowS),
  );

const lastBefore = (moments: PriceMoments | undefined, nowS: number): number =>
  moments === undefined ? 0 : Math.max(moments.since, ...moments.coming.filter((moment) => moment <= nowS));

/** Reads a chain; somebody without one has the catalogue's prices. */
export function pricedBy(chain: readonly string[]): PricedBy {
  const told = (kind: string) => chain.find((part) => part.startsWith(`${kind}:`))?.slice(kind.length + 1);
  const subjects = chain.filter((part) => !part.startsWith('currency:') && !part.startsWith('book:'));
  return {
    subjects: subjects.length === 0 ? ['default'] : subjects,
    currency: told('currency') ?? CURRENCY,
    since: Number(told('book')?.split('.')[2] ?? 0) * 1000,
  };
}
