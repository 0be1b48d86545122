import { ConfigError } from '@chorus/shared/config.ts';
import {
  valueFromASTUntyped,
  type ConstDirectiveNode,
  type DocumentNode,
  type GraphQLNamedType,
} from 'graphql';
import { forEachElement } from '../elements.ts';
import type { Supergraph } from '../feature.ts';
import { isNarrower, SCOPES, type Scope } from '../scope.ts';
import { fieldsIn, holdersOf, withRequired, type AskedField } from './asked-fields.ts';

const DEFAULT: Scope = 'TENANT';
const CHORUS = 'https://specs.chorus.dev/chorus';

/** For whom a value is, and how long it may be kept; times in milliseconds. */
export interface Policy {
  scope: Scope;
  maxAge: number;
  /** After `maxAge`, how long it may be served while a newer one is fetched, */
  swr: number;
  /** or while its subgraph cannot be reached. */
  sie: number;
}

/** What `@fieldCache` says of a supergraph; on an object it speaks for the fields that have none of their own. */
export interface Policies {
  /** What holds for the whole answer to a document and all that is worked out for it; undefined when one field has no policy. */
  wholeOf: (document: DocumentNode) => Policy | undefined;
  /** Who may have the same answer to a document: those of its narrowest field. A field without a policy is each caller's own. */
  scopeOf: (document: DocumentNode) => Scope;
  /** Undefined for a field that is not kept. */
  policyOf: (type: GraphQLNamedType, field: string) => Policy | undefined;
  /** Whether there is no `@fieldCache` at all, so that the headers of each answer say how long and for whom it is kept. */
  fromHeaders: boolean;
}

export type ScopeOf = Policies['scopeOf'];

const compiled = new WeakMap<Supergraph, Policies>();

/** Reads `@fieldCache` of a supergraph, once. @throws ConfigError for a scope or a time that does not exist */
export function compilePolicies(supergraph: Supergraph): Policies {
  let policies = compiled.get(supergraph);
  if (policies === undefined) compiled.set(supergraph, (policies = policiesOf(supergraph)));
  return policies;
}

function policiesOf({ document, features, types }: Supergraph): Policies {
  const feature = features.find(({ identity }) => identity === CHORUS);
  const directive = feature?.directive('fieldCache');
  const declared = new Map<string, Policy>();
  forEachElement(document, (coordinate, directives) => {
    const found = directives.find(({ name }) => name.value === directive);
    if (found !== undefined) declared.set(coordinate, policyIn(found, coordinate));
  });
  const policyOf = (type: GraphQLNamedType, field: string): Policy | undefined => {
    if (field === '__typename') return UNBOUNDED;
    return strictest(
      holdersOf(type, types).map(({ name }) => declared.get(`${name}.${field}`) ?? declared.get(name)),
    );
  };
  const strictestOf = (fields: readonly AskedField[]) =>
    strictest(fields.map(({ on, name }) => policyOf(on, name)));
  return {
    policyOf,
    wholeOf: (asked) => strictestOf(withRequired(fieldsIn(asked, types), document, types)),
    scopeOf: (asked) => strictestOf(fieldsIn(asked, types))?.scope ?? 'USER',
    fromHeaders: declared.size === 0,
  };
}

/** Headers call an answer public, which is for one tenant and no more, or private. */
export const HEADER_SCOPES: readonly Scope[] = ['TENANT', 'USER'];

/** Sets no bounds, as for the name of an object's type, which is the same for everybody and for ever. */
export const UNBOUNDED: Policy = { scope: 'PUBLIC', maxAge: Infinity, swr: Infinity, sie: Infinity };

/** What holds for values that are kept together; undefined when one of them is not kept. */
export function strictest(policies: readonly (Policy | undefined)[]): Policy | undefined {
  let strict: Policy = UNBOUNDED;
  for (const policy of policies) {
    if (policy === undefined) return undefined;
    strict = {
      scope: isNarrower(policy.scope, strict.scope) ? policy.scope : strict.scope,
      maxAge: Math.min(strict.maxAge, policy.maxAge),
      swr: Math.min(strict.swr, policy.swr),
      sie: Math.min(strict.sie, policy.sie),
    };
  }
  return strict;
}

function policyIn({ arguments: given = [] }: ConstDirectiveNode, coordinate: string): Policy {
  const values = new Map(given.map(({ name, value }) => [name.value, valueFromASTUntyped(value) as unknown]));
  const ms = (name: string): number => {
    const seconds = values.get(name) ?? 0;
    if (typeof seconds === 'number' && Number.isInteger(seconds) && seconds >= 0) return seconds * 1000;
    throw new ConfigError(`@fieldCache on ${coordinate}: ${name} is a number of seconds, 0 or more.`);
  };
  const named = values.get('scope') ?? DEFAULT;
  const scope = SCOPES.find((known) => known === named);
  if (scope === undefined)
    throw new ConfigError(`@fieldCache on ${coordinate}: the scope is one of ${SCOPES.join(', ')}.`);
  return { scope, maxAge: ms('maxAge'), swr: ms('swr'), sie: ms('sie') };
}
