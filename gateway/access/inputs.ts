import {
  getNamedType,
  isEnumType,
  isInputObjectType,
  Kind,
  type FieldNode,
  type GraphQLField,
  type GraphQLInputType,
  type GraphQLNamedType,
  type OperationDefinitionNode,
  typeFromAST,
  valueFromASTUntyped,
  type ValueNode,
} from 'graphql';
import { unique, type AccessRules } from './rules.ts';

/** What is asked of a caller by what a field is given. */
export interface InputDemands {
  demands: readonly number[];
  /** Variables whose value has to be looked at, because their type holds something guarded. */
  variables: readonly string[];
}

/** What the arguments of a field demand: each that is given, and what is guarded inside literals. */
export function argumentDemands(
  { arguments: given = [] }: FieldNode,
  { name, args }: GraphQLField<unknown, unknown>,
  holders: readonly string[],
  rules: AccessRules,
): InputDemands | undefined {
  if (given.length === 0) return undefined;
  const demands: number[] = [];
  const variables: string[] = [];
  for (const argument of given) {
    const type = args.find((candidate) => candidate.name === argument.name.value)?.type;
    for (const holder of holders) demands.push(...rules.own(`${holder}.${name}(${argument.name.value})`));
    if (type !== undefined) literalDemands(argument.value, type, rules, { demands, variables });
  }
  return { demands: unique(demands), variables: [...new Set(variables)] };
}

interface Found {
  demands: number[];
  variables: string[];
}

function literalDemands(value: ValueNode, type: GraphQLInputType, rules: AccessRules, found: Found): void {
  const named = getNamedType(type);
  if (value.kind === Kind.VARIABLE) {
    if (holdsGuarded(named, rules)) found.variables.push(value.name.value);
  } else if (value.kind === Kind.LIST) {
    for (const item of value.values) literalDemands(item, type, rules, found);
  } else if (value.kind === Kind.ENUM) {
    found.demands.push(...rules.own(`${named.name}.${value.value}`));
  } else if (value.kind === Kind.OBJECT && isInputObjectType(named)) {
    for (const { name, value: inner } of value.fields) {
      const field = named.getFields()[name.value];
      found.demands.push(...rules.own(named.name), ...rules.own(`${named.name}.${name.value}`));
      if (field !== undefined) literalDemands(inner, field.type, rules, found);
    }
  }
}

/** Reads, per variable that can hold something guarded, what its value demands. */
export type VariableDemands = (
  variables: Readonly<Record<string, unknown>>,
) => ReadonlyMap<string, readonly number[]>;

/** Undefined when nothing guarded can come through the variables of the operation. */
export function variableDemands(
  { variableDefinitions = [] }: OperationDefinitionNode,
  rules: AccessRules,
): VariableDemands | undefined {
  const guarded = variableDefinitions.flatMap(({ variable, type: node, defaultValue }) => {
    const type = typeFromAST(rules.schema, node) as GraphQLInputType | undefined;
    if (type === undefined || !holdsGuarded(getNamedType(type), rules)) return [];
    const otherwise = defaultValue === undefined ? undefined : (valueFromASTUntyped(defaultValue) as unknown);
    return [{ name: variable.name.value, type: getNamedType(type), otherwise }];
  });
  if (guarded.length === 0) return undefined;
  return (variables) =>
    new Map(
      guarded.map(({ name, type, otherwise }) => {
        const demands: number[] = [];
        valueDemands(Object.hasOwn(variables, name) ? variables[name] : otherwise, type, rules, demands);
        return [name, unique(demands)];
      }),
    );
}

function valueDemands(value: unknown, type: GraphQLNamedType, rules: AccessRules, demands: number[]): void {
  if (Array.isArray(value)) {
    for (const item of value) valueDemands(item, type, rules, demands);
  } else if (isEnumType(type)) {
    if (typeof value === 'string') demands.push(...rules.own(`${type.name}.${value}`));
  } else if (isInputObjectType(type) && typeof value === 'object' && value !== null) {
    demands.push(...rules.own(type.name));
    const fields = type.getFields();
    for (const [name, inner] of Object.entries(value)) {
      const field = Object.hasOwn(fields, name) ? fields[name] : undefined;
      if (field === undefined) continue;
      demands.push(...rules.own(`${type.name}.${name}`));
      valueDemands(inner, getNamedType(field.type), rules, demands);
    }
  }
}

/** Whether a value of the input type can name anything that has a rule. */
function holdsGuarded(type: GraphQLNamedType, rules: AccessRules, seen = new Set<string>()): boolean {
  if (seen.has(type.name)) return false;
  seen.add(type.name);
  const guarded = (coordinate: string) => rules.own(coordinate).length > 0;
  if (isEnumType(type)) return type.getValues().some(({ name }) => guarded(`${type.name}.${name}`));
  if (!isInputObjectType(type)) return false;
  return (
    guarded(type.name) ||
    Object.values(type.getFields()).some(
      (field) => guarded(`${type.name}.${field.name}`) || holdsGuarded(getNamedType(field.type), rules, seen),
    )
  );
}
