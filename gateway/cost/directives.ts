import { valueFromASTUntyped, type ASTNode, type ConstDirectiveNode } from 'graphql';
import type { Feature } from '../feature.ts';

const COST = 'https://specs.apollo.dev/cost';

/** Something of a schema that directives can stand on. */
export interface Annotated {
  astNode?: AnnotatedNode;
  extensionASTNodes?: readonly AnnotatedNode[];
}
type AnnotatedNode =
  | (ASTNode & { readonly directives?: readonly ConstDirectiveNode[] | undefined })
  | null
  | undefined;

/** What `@listSize` says, before it is known what its arguments are. */
export interface ListSizeApplication {
  assumedSize: number | undefined;
  slicingArguments: readonly string[];
  sizedFields: readonly string[];
}

/** Reads the directives of the cost specification under the names they have in this supergraph. */
export interface CostDirectives {
  weight: (element: Annotated) => number | undefined;
  listSize: (field: Annotated) => ListSizeApplication | undefined;
}

export function costDirectives(features: readonly Feature[]): CostDirectives {
  const feature = features.find(({ identity }) => identity === COST);
  const [cost, listSize] = [feature?.directive('cost'), feature?.directive('listSize')];
  return {
    weight: (element) => {
      const weight = argumentsOf(element, cost)?.get('weight');
      return typeof weight === 'number' ? Math.max(0, weight) : undefined;
    },
    listSize: (field) => {
      const given = argumentsOf(field, listSize);
      if (given === undefined) return undefined;
      const assumed = given.get('assumedSize');
      return {
        assumedSize: typeof assumed === 'number' ? assumed : undefined,
        slicingArguments: names(given.get('slicingArguments')),
        sizedFields: names(given.get('sizedFields')),
      };
    },
  };
}

function argumentsOf(
  { astNode, extensionASTNodes = [] }: Annotated,
  name: string | undefined,
): ReadonlyMap<string, unknown> | undefined {
  if (name === undefined) return undefined;
  for (const node of [astNode, ...extensionASTNodes]) {
    const applied = node?.directives?.find((directive) => directive.name.value === name);
    if (applied === undefined) continue;
    return new Map(
      applied.arguments?.map(({ name: { value }, value: given }) => [value, valueFromASTUntyped(given)]),
    );
  }
  return undefined;
}

const names = (value: unknown): string[] =>
  Array.isArray(value) ? value.filter((name) => typeof name === 'string') : [];
