import { ConfigError } from '@chorus/shared/config.ts';
import {
  isAbstractType,
  Kind,
  TypeInfo,
  valueFromASTUntyped,
  visit,
  visitWithTypeInfo,
  type ConstDirectiveNode,
  type DocumentNode,
  type GraphQLNamedType,
} from 'graphql';
import type { Supergraph } from '../feature.ts';
import type { Scope } from '../request.ts';
import { forEachElement } from '../elements.ts';

/** From the one everybody shares to the one nobody does. */
const SCOPES: readonly Scope[] = ['PUBLIC', 'PRICE_BOOK', 'TENANT', 'ROLE', 'USER'];
const DEFAULT: Scope = 'TENANT';
const CHORUS = 'https://specs.chorus.dev/chorus';

/** Who may have the same answer to a document: those of its narrowest field. */
export type ScopeOf = (document: DocumentNode) => Scope;

const compiled = new WeakMap<Supergraph, ScopeOf>();

/**
 * Reads `@fieldCache(scope:)` of a supergraph; on an object it speaks for the fields that have none of their own.
 * A field without it is each caller's own.
 * @throws ConfigError for a scope that does not exist
 */
export function compileScopes(supergraph: Supergraph): ScopeOf {
  let scopeOf = compiled.get(supergraph);
  if (scopeOf === undefined) compiled.set(supergraph, (scopeOf = scopesOf(supergraph)));
  return scopeOf;
}

function scopesOf({ document, features, types }: Supergraph): ScopeOf {
  const feature = features.find(({ identity }) => identity === CHORUS);
  const directive = feature?.directive('fieldCache');
  const declared = new Map<string, Scope>();
  forEachElement(document, (coordinate, directives) => {
    const found = directives.find(({ name }) => name.value === directive);
    if (found !== undefined) declared.set(coordinate, scopeIn(found, coordinate));
  });
  const ofField = (type: GraphQLNamedType, field: string): Scope => {
    if (field === '__typename') return 'PUBLIC';
    const holders = isAbstractType(type) ? types.getPossibleTypes(type) : [type];
    return narrowest(
      holders.map(({ name }) => declared.get(`${name}.${field}`) ?? declared.get(name) ?? 'USER'),
    );
  };
  return (asked) => {
    const found: Scope[] = [];
    const info = new TypeInfo(types);
    const field = (name: string) => {
      const parent = info.getParentType();
      if (parent) found.push(ofField(parent, name));
    };
    visit(asked, visitWithTypeInfo(info, { [Kind.FIELD]: { enter: (node) => field(node.name.value) } }));
    return narrowest(found);
  };
}

const narrowest = (scopes: readonly Scope[]): Scope =>
  SCOPES[Math.max(0, ...scopes.map((scope) => SCOPES.indexOf(scope)))] ?? 'USER';

function scopeIn({ arguments: given = [] }: ConstDirectiveNode, coordinate: string): Scope {
  const argument = given.find(({ name }) => name.value === 'scope');
  const value: unknown = argument === undefined ? DEFAULT : valueFromASTUntyped(argument.value);
  const scope = SCOPES.find((known) => known === value);
  if (scope !== undefined) return scope;
  throw new ConfigError(`@fieldCache on ${coordinate}: the scope is one of ${SCOPES.join(', ')}.`);
}
