import type { AccessReason, DecidingGrant } from '../explanation.ts';
import type { Rights } from '../caller.ts';
import type { Explained } from '../request.ts';
import { applies, type Variables } from './conditions.ts';
import type { Demand } from './demands.ts';
import { codeOf } from './denials.ts';
import { unique } from './rules.ts';
import { tablesOf } from './tables.ts';
import type { FieldEntry, SelectionTree } from './tree.ts';
import type { Variant } from './variant.ts';

/** Says of every field of the operation what it demands and what came of it; nothing is said below a denied one. */
export function explainAccess(
  request: Explained,
  { variant, variables }: { variant: Variant; variables: Variables },
): void {
  if (request.explanation === undefined) return;
  const visit = (tree: SelectionTree): void => {
    for (const entry of tree.entries) {
      if (entry.kind === 'fragment') {
        visit(entry.below);
        continue;
      }
      if (!applies(entry.conditions, variables)) continue;
      const denial = variant.denied.get(entry);
      if (denial !== undefined || !entry.node.name.value.startsWith('__'))
        explainField(request, entry, denial?.failed);
      if (denial === undefined && entry.below !== undefined) visit(entry.below);
    }
  };
  visit(variant.tree);
}

/** Says what one field demands; `failed` is the demand that denies it. Nothing is said of what is hidden from the caller. */
export function explainField(request: Explained, entry: FieldEntry, failed?: number): void {
  const { explanation, rights, operation } = request;
  if (explanation === undefined) return;
  const { demands } = tablesOf(operation.generation).rules;
  const numbers = demandsOf(request, entry);
  const asked = unique(failed === undefined ? numbers : [failed, ...numbers]).flatMap(
    (number) => demands[number] ?? [],
  );
  if (asked.some((demand) => isHidden(demand, rights))) return;
  const reasons = explanation.at(entry.path.join('.'));
  const rules = [...new Set([...(reasons.access?.rules ?? []), ...asked.map(directiveText)])];
  if (failed === undefined && reasons.access?.allowed === false) {
    // The name stands several times, and what was denied is what there is to explain.
    reasons.access = { ...reasons.access, rules };
    return;
  }
  const code = failed === undefined ? {} : { code: codeOf(demands[failed], rights) };
  reasons.access = {
    rules,
    allowed: failed === undefined,
    ...code,
    ...detailsOf(asked, rights, explanation.grant),
  };
  const feature = firstOf(asked, 'feature');
  if (feature === undefined) return;
  const { flag } = feature;
  reasons.feature = { flag, on: rights.feature(flag), ...explanation.flag(flag) };
}

const isHidden = (demand: Demand, { feature }: Rights): boolean =>
  demand.kind === 'feature' && demand.mode === 'hide' && !feature(demand.flag);

const firstOf = <Kind extends Demand['kind']>(demands: readonly Demand[], kind: Kind) =>
  demands.find((demand): demand is Extract<Demand, { kind: Kind }> => demand.kind === kind);

/** Of the field, and of what the variables it is given hold. */
function demandsOf({ operation, asked }: Explained, { demands, variables }: FieldEntry): readonly number[] {
  if (variables.length === 0) return demands;
  const inputs = tablesOf(operation.generation).of(operation).inputs?.(asked.variables);
  return [...demands, ...variables.flatMap((name) => inputs?.get(name) ?? [])];
}

/** What there is to say about the caller; of several demands of a kind about the first, which is the failed one if any is. */
function detailsOf(
  demands: readonly Demand[],
  rights: Rights,
  grantOf: (scope: string) => DecidingGrant | undefined,
): Pick<AccessReason, 'grant' | 'policies' | 'mfa'> {
  const [scopes, mfa] = [firstOf(demands, 'scopes'), firstOf(demands, 'mfa')];
  const scope = scopes && decidingScope(scopes.anyOf, rights.scopes);
  const grant = scope === undefined ? undefined : grantOf(scope);
  const policies = demands.flatMap((demand) => (demand.kind === 'policies' ? demand.anyOf.flat() : []));
  return {
    ...(grant === undefined ? {} : { grant }),
    ...(policies.length === 0
      ? {}
      : { policies: Object.fromEntries(policies.map((name) => [name, rights.policy(name)])) }),
    ...(mfa === undefined
      ? {}
      : { mfa: { age: ageOf(rights), ...(mfa.maxAge === undefined ? {} : { maxAge: mfa.maxAge }) } }),
  };
}

/** Seconds since the caller's second factor. */
const ageOf = ({ identity: { mfaAt } }: Rights): number | null =>
  mfaAt === null ? null : Math.max(0, Math.floor(Date.now() / 1000 - mfaAt));

/** Of the list that is met, or lacks least: the scope that is missing, else the first. */
function decidingScope(anyOf: readonly (readonly string[])[], held: ReadonlySet<string>): string | undefined {
  const missing = (all: readonly string[]) => all.filter((scope) => !held.has(scope));
  const [nearest = []] = anyOf.toSorted((a, b) => missing(a).length - missing(b).length);
  return missing(nearest)[0] ?? nearest[0];
}

/** A demand as a schema writes it. */
function directiveText(demand: Demand): string {
  switch (demand.kind) {
    case 'authenticated':
      return '@authenticated';
    case 'scopes':
      return `@requiresScopes(scopes: ${listText(demand.anyOf)})`;
    case 'policies':
      return `@policy(policies: ${listText(demand.anyOf)})`;
    case 'mfa':
      return demand.maxAge === undefined ? '@mfa' : `@mfa(maxAge: ${demand.maxAge})`;
    case 'feature':
      return `@feature(flag: ${JSON.stringify(demand.flag)}, mode: ${JSON.stringify(demand.mode)})`;
  }
}

const listText = (lists: readonly (readonly string[])[]): string =>
  `[${lists.map((names) => `[${names.map((name) => JSON.stringify(name)).join(', ')}]`).join(', ')}]`;
