import {
  getNamedType,
  isAbstractType,
  isInterfaceType,
  isObjectType,
  valueFromASTUntyped,
  type ConstDirectiveNode,
  type DocumentNode,
  type GraphQLNamedType,
  type GraphQLSchema,
} from 'graphql';
import type { Feature } from '../feature.ts';
import type { Generation } from '../request.ts';
import { closureOf } from './closure.ts';
import type { Gone } from './coordinates.ts';
import { schemaWithout } from './derive.ts';
import { forEachElement } from '../elements.ts';
import { linkedFeatures } from './links.ts';
import { withholdValues } from './withheld-values.ts';

const TAG = 'https://specs.apollo.dev/tag';

/** A loaded supergraph and the contracts in it, each derived when a door first asks for it. */
export function withContracts(loaded: Omit<Generation, 'contract'>): Generation {
  const { document, features } = loaded.supergraph;
  const made = new Map<string, Generation | undefined>();
  const contract = (tag: string): Generation | undefined => {
    if (!made.has(tag)) {
      const schema = contractSchema(loaded.schema, tagged(document, tag, features));
      made.set(
        tag,
        schema && {
          ...loaded,
          id: `${loaded.id} ${tag}`,
          schema,
          contract,
          execute: withinContract(loaded, schema),
        },
      );
    }
    return made.get(tag);
  };
  return { ...loaded, contract };
}

/** What is fetched can hold values of an enum that the contract has only in part. */
function withinContract(
  { schema, execute }: Omit<Generation, 'contract'>,
  contract: GraphQLSchema,
): Generation['execute'] {
  const withhold = withholdValues(schema, contract);
  if (withhold === undefined) return execute;
  return async (execution) => withhold(await execute(execution), execution);
}

/** The elements of a supergraph that carry a tag, whatever the directive is called there. */
export function tagged(
  document: DocumentNode,
  tag: string,
  features: readonly Feature[] = linkedFeatures(document),
): ReadonlySet<string> {
  const names = features.filter(({ identity }) => identity === TAG).map(({ directive }) => directive('tag'));
  const found = new Set<string>();
  forEachElement(document, (coordinate, directives) => {
    if (directives.some((node) => names.includes(node.name.value) && nameOf(node) === tag))
      found.add(coordinate);
  });
  return found;
}

function nameOf({ arguments: given = [] }: ConstDirectiveNode): unknown {
  const value = given.find(({ name }) => name.value === 'name')?.value;
  return value === undefined ? undefined : valueFromASTUntyped(value);
}

/**
 * The API schema as the holders of a contract see it; undefined when it has no tagged element. Tagged elements are in,
 * with them the fields of a type, the values of an enum and the arguments of a field. Where only some elements of a type
 * are tagged, only those are in; a type without any is complete, if something leads to it. Nothing leads to Query and
 * Mutation, so they hold what is tagged and no more.
 */
export function contractSchema(api: GraphQLSchema, tags: ReadonlySet<string>): GraphQLSchema | undefined {
  if (tags.size === 0) return undefined;
  const kept = membership(api, tags);
  const dropped = new Set<string>();
  for (;;) {
    const gone = closureOf(api, (coordinate) => kept(coordinate) && !dropped.has(coordinate));
    const partial = partialAbstractTypes(api, gone);
    if (partial.length === 0) return schemaWithout(api, gone);
    for (const name of partial) dropped.add(name);
  }
}

function membership(api: GraphQLSchema, tags: ReadonlySet<string>): (coordinate: string) => boolean {
  /** Types of which a part is tagged, and fields that are in because one of their arguments is. */
  const [partly, fields] = [new Set<string>(), new Set<string>()];
  for (const coordinate of tags) {
    const [type = '', member] = coordinate.split('.');
    if (member !== undefined) partly.add(type);
    if (coordinate.endsWith(')')) fields.add(coordinate.slice(0, coordinate.indexOf('(')));
  }
  for (const root of [api.getQueryType(), api.getMutationType(), api.getSubscriptionType()])
    if (root !== null && root !== undefined) partly.add(root.name);
  return (coordinate) => {
    const [type = '', member] = coordinate.split('.');
    if (member === undefined || tags.has(type) || !partly.has(type)) return true;
    const element = `${type}.${member.split('(')[0]}`;
    return tags.has(element) || fields.has(element);
  };
}

/**
 * Interfaces and unions that fields return, and of which a type is missing: an object of that type could arrive and would
 * have to be told by a name that is not in the contract. They go, and the fields with them.
 */
function partialAbstractTypes(api: GraphQLSchema, gone: Gone): string[] {
  const returned = Object.values(api.getTypeMap()).flatMap((type): GraphQLNamedType[] => {
    if (gone.has(type.name) || !(isObjectType(type) || isInterfaceType(type))) return [];
    const fields = Object.values(type.getFields()).filter(({ name }) => !gone.has(`${type.name}.${name}`));
    return fields.map((field) => getNamedType(field.type));
  });
  const names = returned.flatMap((type) =>
    isAbstractType(type) && api.getPossibleTypes(type).some(({ name }) => gone.has(name)) ? [type.name] : [],
  );
  return [...new Set(names)];
}
