import { Kind, parse, type DocumentNode, type FieldDefinitionNode, type TypeNode } from 'graphql';
import { deprecationProblems } from './deprecation-gate.ts';
import { ACCESS, applications } from './directive-names.ts';

export interface SubgraphSdl {
  name: string;
  typeDefs: DocumentNode;
  /** Root fields that serve callers who are not signed in. */
  publicFields?: readonly string[];
}

/** Which subgraph owns an entity that several know; the others only add to it. */
const ENTITY_HOME: Readonly<Record<string, string>> = {
  Tenant: 'accounts',
  Member: 'accounts',
  Tracker: 'mentions',
  Mention: 'mentions',
  Page: 'mentions',
  Plan: 'billing',
};

/** Hints of the composer that mean an application was merged away or dropped. */
const LOSING_HINTS = new Set([
  'INCONSISTENT_NON_REPEATABLE_DIRECTIVE_ARGUMENTS',
  'MERGED_NON_REPEATABLE_DIRECTIVE_ARGUMENTS',
  'DIRECTIVE_COMPOSITION_WARN',
  'DIRECTIVE_COMPOSITION_INFO',
]);

export interface Hint {
  code: string;
  message: string;
}

/**
 * What makes a supergraph unfit although it composes: a lost rule, a field that lets one dead subgraph null the
 * answers of the others, a root field nobody decided about, a `@requires` that Apollo's planner answers wrongly, or a
 * deprecation without enough notice.
 * Empty when all is well.
 */
export function compositionProblems(
  subgraphs: readonly SubgraphSdl[],
  supergraph: string,
  hints: readonly Hint[],
) {
  return [
    ...hints.filter(({ code }) => LOSING_HINTS.has(code)).map(({ code, message }) => `${code}: ${message}`),
    ...lostApplications(subgraphs, supergraph),
    ...subgraphs.flatMap((subgraph) => [
      ...nullabilityProblems(subgraph),
      ...rootProblems(subgraph),
      ...requiresProblems(subgraph),
      ...deprecationProblems(subgraph),
    ]),
  ];
}

function lostApplications(subgraphs: readonly SubgraphSdl[], supergraph: string): string[] {
  const kept = new Set(
    applications(parse(supergraph)).map((found) => `${found.coordinate} @${found.directive}`),
  );
  return subgraphs.flatMap(({ name, typeDefs }) =>
    applications(typeDefs)
      .filter((found) => !kept.has(`${found.coordinate} @${found.directive}`))
      .map((found) => `${name}: @${found.directive} on ${found.coordinate} did not reach the supergraph.`),
  );
}

interface OwnedField {
  type: string;
  field: FieldDefinitionNode;
  keys: ReadonlySet<string>;
}

/** Every object and interface field of a subgraph with its type's key fields. */
function fieldsOf({ typeDefs }: SubgraphSdl): OwnedField[] {
  return typeDefs.definitions.flatMap((node) => {
    if (node.kind !== Kind.OBJECT_TYPE_DEFINITION && node.kind !== Kind.OBJECT_TYPE_EXTENSION) return [];
    const keys = new Set(
      (node.directives ?? [])
        .filter(({ name }) => name.value === 'key')
        .flatMap(({ arguments: args = [] }) => args)
        .flatMap(({ value }) => (value.kind === Kind.STRING ? value.value.split(/\s+/) : [])),
    );
    return (node.fields ?? []).map((field) => ({ type: node.name.value, field, keys }));
  });
}

const namedType = (type: TypeNode): string =>
  type.kind === Kind.NAMED_TYPE ? type.name.value : namedType(type.type);

const nullable = (type: TypeNode): boolean => type.kind !== Kind.NON_NULL_TYPE;

/** Nullable at every level: the field and, for lists, their items. */
function nullableThroughout(type: TypeNode): boolean {
  if (!nullable(type)) return false;
  return type.kind === Kind.LIST_TYPE ? nullableThroughout(type.type) : true;
}

function nullabilityProblems(subgraph: SubgraphSdl): string[] {
  const guarded = new Set(
    applications(subgraph.typeDefs).flatMap(({ coordinate, directive }) =>
      ACCESS.has(directive) ? [coordinate] : [],
    ),
  );
  const homeOf = (type: string) => ENTITY_HOME[type] ?? subgraph.name;
  return fieldsOf(subgraph).flatMap(({ type, field, keys }) => {
    const coordinate = `${type}.${field.name.value}`;
    const say = (reason: string) => [`${subgraph.name}: ${coordinate} must be nullable, because ${reason}.`];
    if ((type === 'Query' || type === 'Mutation') && !nullable(field.type)) return say('it is a root field');
    if (homeOf(type) !== subgraph.name && !keys.has(field.name.value) && !nullable(field.type)) {
      return say(`it is added to an entity of ${homeOf(type)}`);
    }
    const returned = namedType(field.type);
    if (homeOf(returned) !== subgraph.name && !nullableThroughout(field.type)) {
      return say(`it returns an entity of ${homeOf(returned)}`);
    }
    return guarded.has(coordinate) && !nullable(field.type) ? say('it has an access directive') : [];
  });
}

/** Rules that let nobody in who is not signed in. */
const ASKS_WHO_CALLS = new Set(['authenticated', 'requiresScopes', 'policy']);

/** Every root field either says in the schema who may use it, or is public in code; never neither and never both. */
function rootProblems(subgraph: SubgraphSdl): string[] {
  const publicFields = new Set(subgraph.publicFields);
  const ruled = new Set(
    applications(subgraph.typeDefs).flatMap(({ coordinate, directive }) =>
      ASKS_WHO_CALLS.has(directive) ? [coordinate] : [],
    ),
  );
  return fieldsOf(subgraph).flatMap(({ type, field }) => {
    if (type !== 'Query' && type !== 'Mutation') return [];
    const coordinate = `${type}.${field.name.value}`;
    const isPublic = publicFields.has(field.name.value);
    if (ruled.has(coordinate) !== isPublic) return [];
    return isPublic
      ? [`${subgraph.name}: ${coordinate} is public in code and not in the schema.`]
      : [`${subgraph.name}: ${coordinate} has no rule and is not public.`];
  });
}

/** Apollo's planner gives wrong data for `@requires` of fields that take arguments. */
function requiresProblems(subgraph: SubgraphSdl): string[] {
  return fieldsOf(subgraph).flatMap(({ type, field }) =>
    (field.directives ?? [])
      .filter(({ name }) => name.value === 'requires')
      .flatMap(({ arguments: args = [] }) => args)
      .filter(({ value }) => value.kind === Kind.STRING && value.value.includes('('))
      .map(() => `${subgraph.name}: ${type}.${field.name.value} requires a field with arguments.`),
  );
}
