import { readFileSync } from 'node:fs';
import {
  Kind,
  parse,
  valueFromASTUntyped,
  type ConstDirectiveNode,
  type ObjectTypeDefinitionNode,
} from 'graphql';

/** What the composed supergraph asks of whoever uses a field; all of it is undefined for a public one. */
export interface DeclaredRule {
  authenticated?: true;
  /** All of them. */
  scopes?: string[];
  /** How old the second factor may be, in seconds. */
  maxAge?: number;
  /** The feature it belongs to. */
  flag?: string;
}

export const SUPERGRAPH = parse(
  readFileSync(new URL('../../gateway/supergraph.graphql', import.meta.url), 'utf8'),
);

const isObject = (node: { kind: string }): node is ObjectTypeDefinitionNode =>
  node.kind === Kind.OBJECT_TYPE_DEFINITION;

/** Every field of every object type by its coordinate, such as `Query.tenant`. */
export const declaredRules: ReadonlyMap<string, DeclaredRule> = new Map(
  SUPERGRAPH.definitions
    .filter(isObject)
    .flatMap(({ name, fields = [] }) =>
      fields.map((field) => [`${name.value}.${field.name.value}`, ruleOf(field.directives ?? [])] as const),
    ),
);

function ruleOf(directives: readonly ConstDirectiveNode[]): DeclaredRule {
  const found = new Map(directives.map((node) => [node.name.value, node]));
  const argument = (directive: string, name: string): unknown => {
    const given = found.get(directive)?.arguments?.find((node) => node.name.value === name);
    return given && valueFromASTUntyped(given.value);
  };
  const scopes = argument('requiresScopes', 'scopes') as string[][] | undefined;
  if (scopes !== undefined && scopes.length > 1)
    throw new Error('a rule with alternatives needs a test of its own');
  const maxAge = argument('mfa', 'maxAge') as number | undefined;
  const flag = argument('feature', 'flag') as string | undefined;
  return {
    ...(found.has('authenticated') && { authenticated: true }),
    ...(scopes?.[0] && { scopes: scopes[0] }),
    ...(maxAge !== undefined && { maxAge }),
    ...(flag !== undefined && { flag }),
  };
}
