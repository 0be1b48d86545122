import {
  getNamedType,
  getOperationAST,
  isAbstractType,
  isInterfaceType,
  isObjectType,
  Kind,
  parse,
  type FieldNode,
  type FragmentDefinitionNode,
  type GraphQLNamedType,
  type SelectionSetNode,
} from 'graphql';
import type { ReferenceCaller, ReferenceWorld } from '../reference.testing.ts';

/** Where a selection set stands: its type, and what its object can be. */
interface Place {
  on: GraphQLNamedType | undefined;
  types: readonly string[];
}

/** A field in what a subgraph was asked that the caller may not have; `id` is the gateway's own, as every key. */
export function deniedIn(sent: string, world: ReferenceWorld, caller: ReferenceCaller): string | undefined {
  const document = parse(sent);
  const operation = getOperationAST(document);
  const { schema } = world;
  const root = operation?.operation === 'mutation' ? schema.getMutationType() : schema.getQueryType();
  const fragments = document.definitions.filter((node) => node.kind === Kind.FRAGMENT_DEFINITION);
  const search = new Search(world, caller, new Map(fragments.map((node) => [node.name.value, node])));
  if (operation === undefined || operation === null) return 'no operation at all';
  return search.within(operation.selectionSet, search.place(root ?? undefined));
}

class Search {
  readonly #world: ReferenceWorld;
  readonly #caller: ReferenceCaller;
  readonly #fragments: ReadonlyMap<string, FragmentDefinitionNode>;

  constructor(
    world: ReferenceWorld,
    caller: ReferenceCaller,
    fragments: ReadonlyMap<string, FragmentDefinitionNode>,
  ) {
    this.#world = world;
    this.#caller = caller;
    this.#fragments = fragments;
  }

  place(on: GraphQLNamedType | undefined): Place {
    const { schema } = this.#world;
    if (on === undefined) return { on, types: [] };
    return {
      on,
      types: isAbstractType(on) ? schema.getPossibleTypes(on).map(({ name }) => name) : [on.name],
    };
  }

  within({ selections }: SelectionSetNode, place: Place): string | undefined {
    for (const node of selections) {
      const found = node.kind === Kind.FIELD ? this.#field(node, place) : this.#fragment(node, place);
      if (found !== undefined) return found;
    }
    return undefined;
  }

  #fragment(
    node: Exclude<SelectionSetNode['selections'][number], FieldNode>,
    place: Place,
  ): string | undefined {
    const fragment = node.kind === Kind.FRAGMENT_SPREAD ? this.#fragments.get(node.name.value) : node;
    if (fragment === undefined) return 'a fragment that is not there';
    const condition = fragment.typeCondition?.name.value;
    if (condition === undefined) return this.within(fragment.selectionSet, place);
    const inner = this.place(this.#world.schema.getType(condition));
    // Nothing is known of the objects of `_entities`.
    const isNarrowing = place.on !== undefined;
    const types = isNarrowing ? inner.types.filter((name) => place.types.includes(name)) : inner.types;
    return this.within(fragment.selectionSet, { on: inner.on, types });
  }

  #field(node: FieldNode, { on, types }: Place): string | undefined {
    const name = node.name.value;
    const field = isObjectType(on) || isInterfaceType(on) ? on.getFields()[name] : undefined;
    const returned = field && getNamedType(field.type);
    if (returned !== undefined && name !== 'id') {
      const own = isAbstractType(returned) ? [] : [returned.name];
      const coordinates = types.flatMap((type) => [type, `${type}.${name}`, ...own]);
      const denied = coordinates.find((coordinate) => this.#isDenied(coordinate));
      if (denied !== undefined) return `${on?.name}.${name}, where ${denied} is denied`;
    }
    return node.selectionSet && this.within(node.selectionSet, this.place(returned));
  }

  #isDenied = (coordinate: string): boolean =>
    (this.#world.rules.get(coordinate) ?? []).some((demand) => !this.#caller.meets(demand));
}
