import { ERRORS, type ErrorCode, type PublicError } from '@chorus/shared/errors.ts';
import type { Rights } from '../caller.ts';
import { applies, type Variables } from './conditions.ts';
import type { Demand } from './demands.ts';
import type { Denial } from './failing.ts';
import type { FieldEntry } from './tree.ts';

/** What a denial says to the client. */
export interface DenialWords {
  /** How a person of this installation can confirm who they are; undefined where that is another's business. */
  stepUpMethods: readonly string[] | undefined;
}

/** The code of a demand that a caller does not meet. */
export function codeOf(demand: Demand | undefined, rights: Rights): ErrorCode {
  if (demand?.kind === 'feature') return 'FEATURE_DISABLED';
  const { kind, mfaAt } = rights.identity;
  if (kind === 'anonymous') return 'UNAUTHENTICATED';
  // Keys have no second factor, so there is nothing for them to confirm.
  if (demand?.kind !== 'mfa' || kind === 'key') return 'FORBIDDEN';
  return mfaAt !== null && !rights.confirmed() ? 'SUBGRAPH_UNAVAILABLE' : 'MFA_REQUIRED';
}

function extensionsOf(
  demand: Demand | undefined,
  code: ErrorCode,
  rights: Rights,
  words: DenialWords,
): Record<string, unknown> {
  if (code === 'MFA_REQUIRED' && demand?.kind === 'mfa') {
    const { stepUpMethods: methods } = words;
    const { maxAge } = demand;
    return {
      stepUp: { ...(maxAge === undefined ? {} : { maxAge }), ...(methods === undefined ? {} : { methods }) },
    };
  }
  if (demand?.kind !== 'feature' || demand.mode === 'hide') return {};
  const plan = rights.upgrade(demand.flag);
  return { feature: demand.flag, ...(plan === undefined ? {} : { plan }) };
}

/** The error of a denial as the client sees it, without its place. */
export function denialError(demand: Demand | undefined, rights: Rights, words: DenialWords): PublicError {
  const code = codeOf(demand, rights);
  return {
    message: ERRORS[code].message,
    extensions: { ...extensionsOf(demand, code, rights, words), code },
  };
}

/** One error for each denied field that the variables leave in, at its nearest real path. */
export function denialErrors(
  denied: Iterable<Denial>,
  demands: readonly Demand[],
  words: DenialWords,
  { rights, variables, placed = [] }: { rights: Rights; variables: Variables; placed?: Iterable<FieldEntry> },
): PublicError[] {
  const places = new Set([...placed].map(({ path }) => keyOf(path)));
  const errors = new Map<string, PublicError>();
  for (const { entry, failed } of denied) {
    if (!applies(entry.conditions, variables)) continue;
    const of = `${entry.coordinate} ${entry.path.join('.')}`;
    if (errors.has(of)) continue;
    const path = nearestPath(entry, places);
    const { message, extensions } = denialError(demands[failed], rights, words);
    const affected = path.length < entry.path.length ? { affectedPath: entry.path.join('.') } : {};
    errors.set(of, { message, path, extensions: { ...extensions, ...affected } });
  }
  return [...errors.values()];
}

const keyOf = (path: readonly string[]): string => path.join('.');

/** As far as there is a place of that path, and never into a list, whose items are many. The root is always there. */
function nearestPath({ path, lists }: FieldEntry, places: ReadonlySet<string>): readonly string[] {
  const longest = Math.min(path.length, lists);
  let length = 1;
  while (length < longest && places.has(keyOf(path.slice(0, length + 1)))) length += 1;
  return path.slice(0, length);
}
