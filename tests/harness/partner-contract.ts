import {
  isTypeDefinitionNode,
  Kind,
  type ConstDirectiveNode,
  type TypeDefinitionNode,
  type TypeNode,
} from 'graphql';
import { SUPERGRAPH } from './declared-rules.ts';

/** Something a contract can hold. */
interface Element {
  coordinate: string;
  tagged: boolean;
  /** Types it answers with or takes. */
  types: string[];
}

/** The value of one argument of one directive, where it is a plain word. */
const words = (directives: readonly ConstDirectiveNode[], directive: string, argument: string): string[] =>
  directives
    .filter(({ name }) => name.value === directive)
    .flatMap(({ arguments: args = [] }) => args)
    .flatMap(({ name, value }) =>
      name.value === argument && (value.kind === Kind.STRING || value.kind === Kind.ENUM)
        ? [value.value]
        : [],
    );

const isTagged = (directives: readonly ConstDirectiveNode[] = []): boolean =>
  words(directives, 'tag', 'name').includes('partner');

const named = (type: TypeNode): string =>
  type.kind === Kind.NAMED_TYPE ? type.name.value : named(type.type);

function elementsOf(node: TypeDefinitionNode): Element[] {
  const at = (name: string) => `${node.name.value}.${name}`;
  if (node.kind === Kind.UNION_TYPE_DEFINITION)
    return (node.types ?? []).map(({ name: { value } }) => ({
      coordinate: at(value),
      tagged: false,
      types: [value],
    }));
  if (node.kind === Kind.ENUM_TYPE_DEFINITION)
    return (node.values ?? []).map(({ name, directives }) => ({
      coordinate: at(name.value),
      tagged: isTagged(directives),
      types: [],
    }));
  if (node.kind === Kind.SCALAR_TYPE_DEFINITION) return [];
  return (node.fields ?? []).map((field) => {
    const args = 'arguments' in field ? (field.arguments ?? []) : [];
    return {
      coordinate: at(field.name.value),
      tagged: isTagged(field.directives),
      types: [field, ...args].map(({ type }) => named(type)),
    };
  });
}

/** Of a type some elements of which are tagged only those, of any other all. */
function elementsIn(node: TypeDefinitionNode): Element[] {
  const all = elementsOf(node);
  const tagged = all.filter((element) => element.tagged);
  return isTagged(node.directives) || tagged.length === 0 ? all : tagged;
}

const TYPES = new Map(
  SUPERGRAPH.definitions.filter(isTypeDefinitionNode).map((node) => [node.name.value, node]),
);

/** Which subgraphs know each type. */
export const subgraphsOf: Readonly<Record<string, readonly string[]>> = Object.fromEntries(
  [...TYPES].map(([name, { directives = [] }]) => [name, words(directives, 'join__type', 'graph')]),
);

/** Everything partners reach from the root fields that are tagged for them: types and coordinates. */
export function partnerContract(): ReadonlySet<string> {
  const reached = new Set<string>();
  const visit = (name: string) => {
    const type = TYPES.get(name);
    if (type === undefined || reached.has(name)) return;
    reached.add(name);
    for (const { coordinate, types } of elementsIn(type)) {
      reached.add(coordinate);
      for (const next of types) visit(next);
    }
  };
  visit('Query');
  visit('Mutation');
  return reached;
}
