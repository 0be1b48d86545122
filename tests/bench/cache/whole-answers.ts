/**
 * What a cache of whole subgraph answers would have asked, worked out from what subgraphs were asked without any: routers
 * keep the answer to a query text, of each object that is asked for with it.
 */
import type { Call } from './recording.ts';
import { AGES, SHOP, type ShopSubgraph } from './shop.ts';

/** What subgraphs were asked. */
export interface Asked {
  calls: number;
  /** Objects of other subgraphs, by representation. */
  objects: number;
}

/** Of each subgraph and of all together. */
export type AskedOf = Readonly<Record<ShopSubgraph | 'all', Asked>>;

export function asked(calls: readonly Pick<Call, 'subgraph' | 'representations'>[]): AskedOf {
  const of = (some: typeof calls): Asked => ({
    calls: some.length,
    objects: some.reduce((sum, { representations }) => sum + representations.length, 0),
  });
  const bySubgraph = SHOP.map(
    (name) => [name, of(calls.filter(({ subgraph }) => subgraph === name))] as const,
  );
  return Object.fromEntries([...bySubgraph, ['all', of(calls)]]) as AskedOf;
}

/**
 * Replays recorded calls against such a cache. An answer is there from the moment it was asked for until its fields end,
 * all at once, or `forEver`; a call is sent when one of its objects is not there, and asks for those only.
 */
export function wholeAnswers(calls: readonly Call[], { forEver = false } = {}): AskedOf {
  const until = new Map<string, number>();
  const sent = calls.flatMap((call) => {
    const { at, subgraph, query, representations, variables } = call;
    const text = `${subgraph}\n${query}`;
    const end = forEver ? Infinity : at + AGES[subgraph] * 1_000;
    const isMissing = (object: unknown) => {
      const key = `${text}\n${JSON.stringify([object, variables])}`;
      if ((until.get(key) ?? -Infinity) > at) return false;
      until.set(key, end);
      return true;
    };
    if (representations.length === 0) return isMissing(null) ? [call] : [];
    const missing = representations.filter(isMissing);
    return missing.length === 0 ? [] : [{ ...call, representations: missing }];
  });
  return asked(sent);
}
