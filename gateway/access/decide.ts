import type { Rights } from '../caller.ts';
import type { Demand } from './demands.ts';

/** Clocks of two machines differ; a second factor is never from the future by more than this. */
const SKEW_S = 5;

/** Whether a caller meets a demand. */
export type Decide = (number: number, rights: Rights) => boolean;

/** Answers each demand once per caller, except for those that time changes. */
export function decider(demands: readonly Demand[]): Decide {
  const known = new WeakMap<Rights, (boolean | undefined)[]>();
  return (number, rights) => {
    const demand = demands[number];
    if (demand === undefined) return false;
    if (demand.kind === 'mfa') return isFresh(demand.maxAge, rights);
    let answers = known.get(rights);
    if (answers === undefined) known.set(rights, (answers = []));
    return (answers[number] ??= meets(demand, rights));
  };
}

function meets(demand: Exclude<Demand, { kind: 'mfa' }>, rights: Rights): boolean {
  switch (demand.kind) {
    case 'authenticated':
      return rights.identity.kind !== 'anonymous';
    case 'scopes':
      return demand.anyOf.some((all) => all.every((scope) => rights.scopes.has(scope)));
    case 'policies':
      return demand.anyOf.some((all) => all.every((name) => rights.policy(name)));
    case 'feature':
      return rights.feature(demand.flag);
  }
}

/** Records that nobody confirms may hide that the session was ended, so they prove no second factor. */
function isFresh(maxAge: number | undefined, { identity: { mfaAt }, confirmed }: Rights): boolean {
  if (mfaAt === null || !confirmed()) return false;
  const ageS = Date.now() / 1000 - mfaAt;
  return ageS >= -SKEW_S && (maxAge === undefined || ageS <= maxAge);
}
