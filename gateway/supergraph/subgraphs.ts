import { Kind, valueFromASTUntyped, type ConstDirectiveNode, type DocumentNode } from 'graphql';

/** A subgraph as the supergraph names it. */
export interface SubgraphAddress {
  name: string;
  url: string;
}

/** Reads the `join__Graph` enum, which lists every subgraph with its default address. */
export function subgraphsOf(document: DocumentNode): SubgraphAddress[] {
  for (const node of document.definitions) {
    if (node.kind !== Kind.ENUM_TYPE_DEFINITION || node.name.value !== 'join__Graph') continue;
    return (node.values ?? []).flatMap(({ directives = [] }) =>
      directives
        .filter(({ name }) => name.value === 'join__graph')
        .map((directive) => ({ name: text(directive, 'name'), url: text(directive, 'url') })),
    );
  }
  return [];
}

function text(directive: ConstDirectiveNode, name: string): string {
  const argument = directive.arguments?.find((candidate) => candidate.name.value === name);
  const value = argument === undefined ? undefined : valueFromASTUntyped(argument.value);
  return typeof value === 'string' ? value : '';
}
