import { pricedBy } from '@chorus/shared/price-chain.ts';
import type { Context, Scope } from '../context.ts';
import { priceKey, pricesOf } from './prices.queries.ts';
import type { PriceRow } from './prices.table.ts';

/** On whose prices something is priced, and the moment that counts as now. */
export interface Terms {
  subjects: readonly string[];
  currency: string;
  now: Date;
}

/** Prices by `priceKey`. */
export type Prices = ReadonlyMap<string, readonly PriceRow[]>;

/**
 * The caller's own. A chain that says a price began was made by a clock that may be a little ahead of this one, and what is answered
 * is kept under that chain: so that moment has come here as well.
 */
export function callerTerms(ctx: Context): Terms {
  const { subjects, currency, since } = pricedBy(ctx.identity.priceChain);
  return { subjects, currency, now: new Date(Math.max(Date.now(), since)) };
}

/** The same for whoever takes a version of a plan, which need not be the caller's. */
export function takingPlan(terms: Terms, key: string, version: number): Terms {
  const others = terms.subjects.filter((subject) => !subject.startsWith('plan:') && subject !== 'default');
  return { ...terms, subjects: [...others, `plan:${key}@${version}`, 'default'] };
}

/** The one seat type and the roles by which the caller is priced. */
export const personalSubjects = ({ subjects }: Terms): string[] =>
  subjects.filter((subject) => subject.startsWith('role:') || subject.startsWith('seat:'));

const keysOf = ({ subjects }: Terms, items: readonly string[]): string[] => [
  ...new Set(items.flatMap((item) => subjects.map((subject) => priceKey(subject, item)))),
];

/** All prices of items on these terms; everything a request asks for at once is one statement. */
export async function loadPrices(ctx: Context, terms: Terms, items: readonly string[]): Promise<Prices> {
  const loaded = keysOf(terms, items).map(
    async (key) => [key, (await ctx.load(pricesOf, key)) ?? []] as const,
  );
  return new Map(await Promise.all(loaded));
}

/** The same within a transaction. */
export const readPrices = (scope: Scope, terms: Terms, items: readonly string[]): Promise<Prices> =>
  pricesOf(scope, keysOf(terms, items));
