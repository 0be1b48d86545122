import { Kind, valueFromASTUntyped, type ConstDirectiveNode, type DocumentNode } from 'graphql';

/** A subgraph as the supergraph names it. */
export interface SubgraphAddress {
  name: string;
  url: string;
}

/** Every subgraph with its default address. */
export const subgraphsOf = (document: DocumentNode): SubgraphAddress[] => [...graphsOf(document).values()];

/** Reads the `join__Graph` enum, by whose values the supergraph's own directives name subgraphs. */
export function graphsOf(document: DocumentNode): ReadonlyMap<string, SubgraphAddress> {
  const graphs = new Map<string, SubgraphAddress>();
  for (const node of document.definitions) {
    if (node.kind !== Kind.ENUM_TYPE_DEFINITION || node.name.value !== 'join__Graph') continue;
    for (const { name, directives = [] } of node.values ?? []) {
      const found = directives.find((directive) => directive.name.value === 'join__graph');
      if (found !== undefined) graphs.set(name.value, { name: text(found, 'name'), url: text(found, 'url') });
    }
  }
  return graphs;
}

function text(directive: ConstDirectiveNode, name: string): string {
  const argument = directive.arguments?.find((candidate) => candidate.name.value === name);
  const value = argument === undefined ? undefined : valueFromASTUntyped(argument.value);
  return typeof value === 'string' ? value : '';
}
