import {
  getNamedType,
  getNullableType,
  isAbstractType,
  isInputObjectType,
  isInterfaceType,
  isListType,
  isObjectType,
  type GraphQLArgument,
  type GraphQLField,
  type GraphQLInputField,
  type GraphQLNamedType,
  type GraphQLSchema,
  type GraphQLType,
} from 'graphql';
import type { Supergraph } from '../feature.ts';
import { costDirectives, type CostDirectives } from './directives.ts';
import { DEFAULT_ITEMS, lengthOf } from './sizes.ts';
import type { CostTables, FieldTable, Inputs, InputTable, ListSize, OutputTable } from './tables.ts';

type Field = GraphQLField<unknown, unknown>;
type Input = GraphQLArgument | GraphQLInputField;

interface Source {
  schema: GraphQLSchema;
  directives: CostDirectives;
}

/** Compiles the tables of a supergraph; done once for each. */
export function costTables({ types: schema, features }: Pick<Supergraph, 'types' | 'features'>): CostTables {
  const source = { schema, directives: costDirectives(features) };
  const types = Object.values(schema.getTypeMap());
  const outputs = new Map<string, OutputTable>();
  for (const type of types.filter(isObjectType)) {
    const fields = Object.values(type.getFields()).map((field) => {
      const inherited = type.getInterfaces().flatMap((over) => over.getFields()[field.name] ?? []);
      return [field.name, fieldTable(field, inherited, source)] as const;
    });
    outputs.set(type.name, { possible: new Set([type.name]), fields: new Map(fields) });
  }
  for (const type of types.filter(isAbstractType)) {
    const possible = schema.getPossibleTypes(type).map(({ name }) => name);
    const own = isInterfaceType(type) ? Object.values(type.getFields()) : [];
    const fields = own.map((field) => {
      const there = possible.flatMap((name) => outputs.get(name)?.fields.get(field.name) ?? []);
      return [field.name, dearest(fieldTable(field, [], source), there)] as const;
    });
    outputs.set(type.name, { possible: new Set(possible), fields: new Map(fields) });
  }
  const inputs = types
    .filter(isInputObjectType)
    .map((type) => [type.name, inputTables(Object.values(type.getFields()), source)] as const);
  return {
    query: schema.getQueryType()?.name,
    mutation: schema.getMutationType()?.name,
    outputs,
    inputs: new Map(inputs),
  };
}

/** What interfaces say about the size of a list holds for those who implement them, and the larger counts. */
function fieldTable(field: Field, interfaces: readonly Field[], source: Source): FieldTable {
  const type = getNamedType(field.type);
  return {
    type: type.name,
    levels: levelsOf(field.type),
    weight: source.directives.weight(field) ?? typeWeight(type, source),
    sizes: [field, ...interfaces].flatMap((declared) => listSize(declared, field, source)),
    arguments: inputTables(field.args, source),
  };
}

/** What a field costs through an interface: as much as where it costs most. */
function dearest(field: FieldTable, implementations: readonly FieldTable[]): FieldTable {
  if (implementations.length === 0) return field;
  return {
    type: field.type,
    levels: field.levels,
    weight: Math.max(...implementations.map(({ weight }) => weight)),
    sizes: largestSizes(implementations.map(({ sizes }) => sizes)),
    arguments: new Map(
      [...field.arguments].map(([name, input]) => {
        const there = implementations.flatMap((implementation) => implementation.arguments.get(name) ?? []);
        return [name, dearestInput(input, there)];
      }),
    ),
  };
}

const dearestInput = (input: InputTable, others: readonly InputTable[]): InputTable => ({
  ...input,
  weight: Math.max(input.weight, ...others.map(({ weight }) => weight)),
  listWeight: Math.max(input.listWeight, ...others.map(({ listWeight }) => listWeight)),
});

/** What any of them says, each thing once; lists that one of them says nothing about have the default size there. */
function largestSizes(all: readonly (readonly ListSize[])[]): ListSize[] {
  const names = new Set(all.flat().flatMap(({ sizedFields }) => sizedFields));
  const sizes = all.flatMap((own) => {
    const sizedFields = [...names].filter((name) => !own.some((size) => size.sizedFields.includes(name)));
    const isComplete = own.length > 0 && sizedFields.length === 0;
    return isComplete ? own : [...own, { slicing: [], assumed: DEFAULT_ITEMS, sizedFields }];
  });
  return [...new Map(sizes.map((size) => [JSON.stringify(size), size])).values()];
}

/** An abstract type weighs what its heaviest possible type does. */
function typeWeight(type: GraphQLNamedType, { schema, directives }: Source): number {
  if (isAbstractType(type)) {
    return Math.max(1, ...schema.getPossibleTypes(type).map((possible) => directives.weight(possible) ?? 1));
  }
  return directives.weight(type) ?? (isObjectType(type) || isInputObjectType(type) ? 1 : 0);
}

function listSize(declared: Field, { args }: Field, { directives }: Source): ListSize[] {
  const found = directives.listSize(declared);
  if (found === undefined) return [];
  const slicing = args
    .filter(({ name }) => found.slicingArguments.includes(name))
    .map(({ name, type, defaultValue }) => {
      const isList = isListType(getNullableType(type));
      return { argument: name, isList, fallback: lengthOf(defaultValue, isList) };
    });
  return [{ slicing, assumed: found.assumedSize, sizedFields: found.sizedFields }];
}

const inputTables = (inputs: readonly Input[], source: Source): Inputs =>
  new Map(inputs.map((input) => [input.name, inputTable(input, source)]));

function inputTable(input: Input, source: Source): InputTable {
  const type = getNamedType(input.type);
  const own = source.directives.weight(input) ?? source.directives.weight(type);
  return {
    type: type.name,
    levels: levelsOf(input.type),
    weight: own ?? typeWeight(type, source),
    listWeight: own ?? 0,
  };
}

function levelsOf(type: GraphQLType): number {
  const nullable = getNullableType(type);
  return isListType(nullable) ? 1 + levelsOf(nullable.ofType) : 0;
}
