import {
  getNamedType,
  isAbstractType,
  isInterfaceType,
  isObjectType,
  Kind,
  parse,
  type GraphQLNamedType,
  type GraphQLSchema,
  type SelectionSetNode,
} from 'graphql';
import type { Supergraph } from '../feature.ts';
import { demandTable, type Demand } from './demands.ts';
import { ownDemands, requiredFields } from './directives.ts';
import { implied } from './implied.ts';

/** What a supergraph demands of callers, by coordinate (`Type`, `Type.member`, `Type.field(argument)`); compiled once. */
export interface AccessRules {
  readonly schema: GraphQLSchema;
  readonly demands: readonly Demand[];
  /** What the element's own directives demand. */
  own: (coordinate: string) => readonly number[];
  /** Every element with demands of its own. */
  readonly guarded: ReadonlyMap<string, readonly number[]>;
  /** What selecting a field of an object type demands: of the type, the field, what it returns and what it is made of. */
  objectField: (type: string, field: string) => readonly number[];
  /** The object types a value of this type can be. */
  possible: (type: GraphQLNamedType) => readonly string[];
}

/** Reads every rule out of the supergraph's full text; names of directives count by their link only. */
export function compileRules({ document, features, types: schema }: Supergraph): AccessRules {
  const table = demandTable();
  const guarded = ownDemands(document, features, table);
  withoutCopies(schema, guarded, table.all);
  const own = (coordinate: string) => guarded.get(coordinate) ?? NONE;
  const requires = requiredFields(document);
  const known = new Map<string, readonly number[]>();

  const objectField = (type: string, field: string): readonly number[] => {
    const coordinate = `${type}.${field}`;
    let found = known.get(coordinate);
    if (found !== undefined) return found;
    // Set before the rest is known: two fields that require each other end here.
    known.set(coordinate, NONE);
    const inputs = (requires.get(coordinate) ?? []).flatMap((text) => fieldsOf(text, type, schema));
    const all = [own(type), own(coordinate), own(returned(schema, type, field))];
    found = unique([...all.flat(), ...inputs.flatMap(([of, name]) => objectField(of, name))]);
    known.set(coordinate, found);
    return found;
  };
  const possible = new Map<string, readonly string[]>();
  return {
    schema,
    demands: table.all,
    own,
    guarded,
    objectField,
    possible: (type) => {
      let names = possible.get(type.name);
      if (names === undefined) possible.set(type.name, (names = possibleNames(schema, type)));
      return names;
    },
  };
}

export const NONE: readonly number[] = [];

export const unique = (numbers: readonly number[]): readonly number[] =>
  numbers.length === 0 ? NONE : [...new Set(numbers)];

const possibleNames = (schema: GraphQLSchema, type: GraphQLNamedType): string[] =>
  isAbstractType(type) ? schema.getPossibleTypes(type).map(({ name }) => name) : [type.name];

function returned(schema: GraphQLSchema, type: string, field: string): string {
  const holder = schema.getType(type);
  const definition = isObjectType(holder) ? holder.getFields()[field] : undefined;
  return definition === undefined ? '' : getNamedType(definition.type).name;
}

/** The fields a `@requires` selection reads, for every object type it can meet. */
function fieldsOf(selection: string, type: string, schema: GraphQLSchema): [type: string, field: string][] {
  const found: [string, string][] = [];
  const visit = (set: SelectionSetNode, on: GraphQLNamedType | undefined): void => {
    if (on === undefined) return;
    for (const node of set.selections) {
      if (node.kind === Kind.FRAGMENT_SPREAD) continue;
      if (node.kind === Kind.INLINE_FRAGMENT) {
        visit(node.selectionSet, node.typeCondition ? schema.getType(node.typeCondition.name.value) : on);
        continue;
      }
      for (const name of possibleNames(schema, on)) found.push([name, node.name.value]);
      const field = isObjectType(on) || isInterfaceType(on) ? on.getFields()[node.name.value] : undefined;
      if (field !== undefined && node.selectionSet !== undefined)
        visit(node.selectionSet, getNamedType(field.type));
    }
  };
  const [definition] = parse(`{ ${selection} }`, { noLocation: true }).definitions;
  if (definition?.kind === Kind.OPERATION_DEFINITION)
    visit(definition.selectionSet, schema.getType(type) ?? undefined);
  return found;
}

/**
 * Composition writes what all implementers demand together onto their interface. The copy on the type says nothing new,
 * since every selection is judged by the types it can meet, and would close the interface for fragments on open types.
 */
function withoutCopies(
  schema: GraphQLSchema,
  guarded: Map<string, number[]>,
  demands: readonly Demand[],
): void {
  for (const type of Object.values(schema.getTypeMap())) {
    if (!isInterfaceType(type)) continue;
    const implementers = possibleNames(schema, type);
    const drop = (coordinate: string, of: (name: string) => readonly number[]) => {
      const mine = guarded.get(coordinate);
      if (mine === undefined) return;
      const theirs = unique(implementers.flatMap(of)).flatMap((number) => demands[number] ?? []);
      const rest = mine.filter((number) => !implied(demands[number], theirs));
      if (rest.length === 0) guarded.delete(coordinate);
      else guarded.set(coordinate, rest);
    };
    drop(type.name, (name) => guarded.get(name) ?? NONE);
    for (const field of Object.keys(type.getFields())) {
      const ofField = (name: string) => [`${name}.${field}`, name, returned(schema, name, field)];
      drop(`${type.name}.${field}`, (name) =>
        ofField(name).flatMap((coordinate) => guarded.get(coordinate) ?? NONE),
      );
    }
  }
}
