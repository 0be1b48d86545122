import { createHash } from 'node:crypto';
import {
  buildSchema,
  getNamedType,
  GraphQLObjectType,
  isAbstractType,
  isEnumType,
  isListType,
  isNonNullType,
  isObjectType,
  type GraphQLOutputType,
  type GraphQLSchema,
} from 'graphql';
import type { Suite } from './corpus/corpus.ts';
import type { Demand } from './demands.ts';
import type { ReferenceWorld } from './reference.testing.ts';
import type { GeneratedField, GeneratedSchema, GeneratedType } from './schemas.testing.ts';

type Subgraph = GeneratedField['subgraph'];

function directiveOf(demand: Demand): string {
  switch (demand.kind) {
    case 'authenticated':
      return '@authenticated';
    case 'scopes':
      return `@requiresScopes(scopes: ${JSON.stringify(demand.anyOf)})`;
    case 'policies':
      return `@policy(policies: ${JSON.stringify(demand.anyOf)})`;
    case 'mfa':
      return demand.maxAge === undefined ? '@mfa' : `@mfa(maxAge: ${demand.maxAge})`;
    case 'feature':
      return `@feature(flag: "${demand.flag}", mode: "${demand.mode}")`;
  }
}

/** How much of a schema is written down. */
interface Writing {
  /** Undefined for the whole graph as clients see it. */
  subgraph: Subgraph | undefined;
  hasRules: boolean;
}

/** A schema as text, of one subgraph or of the whole graph. */
function textOf({ types, inputs, fixed }: GeneratedSchema, { subgraph, hasRules }: Writing): string {
  const rules = (demands: readonly Demand[] = []) => (hasRules ? demands.map(directiveOf).join(' ') : '');
  const of = (name: string) => (subgraph === 'b' ? '' : rules(fixed.get(name)));
  const isHere = (where: Subgraph) => subgraph === undefined || where === subgraph;
  const field = ({ name, type, args, ...one }: GeneratedField) => {
    const computed =
      one.requires === undefined || subgraph === undefined ? '' : `@requires(fields: "${one.requires}")`;
    return `${name}${args.replace('deep: Int', `deep: Int ${rules(one.argument)}`)}: ${type} ${rules(one.rules)} ${computed}`;
  };
  const written = (type: GeneratedType): string => {
    const own = rules(isHere(type.ruled) ? type.rules : []);
    if (type.kind === 'union')
      return subgraph === 'b' ? '' : `union ${type.name} ${own} = ${type.others.join(' | ')}`;
    if (type.kind === 'interface') {
      if (subgraph === 'b') return '';
      return `interface ${type.name} ${own} { id: ID! ${type.fields.map(field).join('\n')} }`;
    }
    const here = type.fields.filter((one) => isHere(one.subgraph)).map(field);
    if (type.name === 'Query' || type.name === 'Mutation')
      return here.length === 0 ? '' : `type ${type.name} { ${here.join('\n')} }`;
    const external = type.fields.flatMap(({ requires }) =>
      subgraph === 'b' && requires ? `${requires}: String @external` : [],
    );
    const key = subgraph === undefined ? '' : '@key(fields: "id")';
    const implementing =
      subgraph === 'b' || type.others.length === 0 ? '' : `implements ${type.others.join(' & ')}`;
    return `type ${type.name} ${implementing} ${key} ${own} { id: ID! ${[...external, ...here].join('\n')} }`;
  };
  return [
    ...inputs.map(
      (one) => `scalar ${one}Scalar ${of(`${one}Scalar`)}
        enum ${one}Enum ${of(`${one}Enum`)} { A B ${of(`${one}Enum.B`)} C ${of(`${one}Enum.C`)} }
        input ${one}Input { a: Int b: ${one}Enum ${of(`${one}Input.b`)} c: ${one}Input d: Int ${of(`${one}Input.d`)} }`,
    ),
    ...types.map(written),
  ].join('\n');
}

/** A number that depends on a text and on nothing else. */
const numberOf = (text: string): number => createHash('sha256').update(text).digest().readUInt32BE();

const INSTANCES = 3;

interface Instance {
  __typename: string;
  id: string;
}

/** What every object holds, made up as it is asked for and always the same. */
class Store {
  readonly #schema: GraphQLSchema;
  readonly #seed: string;

  constructor(schema: GraphQLSchema, seed: string) {
    this.#schema = schema;
    this.#seed = seed;
  }

  resolve = (parent: unknown, type: string, field: string, args: object): unknown => {
    const { id, l0 } = (parent ?? { id: type }) as { id: string; l0?: unknown };
    if (field === 'id') return id;
    if (field === 'echo') return JSON.stringify(args);
    // In its subgraph the parent is what the gateway sent.
    if (field === 'made') return `made of ${String(l0 ?? this.resolve(parent, type, 'l0', {}))}`;
    const holder = this.#schema.getType(type);
    const definition = isObjectType(holder) ? holder.getFields()[field] : undefined;
    if (definition === undefined) throw new Error(`no field ${type}.${field}`);
    return this.#value(definition.type, `${this.#seed} ${id}.${field}`);
  };

  #value(type: GraphQLOutputType, place: string): unknown {
    if (isNonNullType(type)) return this.#some(type.ofType as GraphQLOutputType, place);
    return numberOf(`${place} null`) % 100 < 12 ? null : this.#some(type, place);
  }

  #some(type: GraphQLOutputType, place: string): unknown {
    const number = numberOf(place);
    if (isListType(type))
      return Array.from({ length: number % 4 }, (_, at) => this.#value(type.ofType, `${place}.${at}`));
    const named = getNamedType(type);
    if (named.name === 'Int') return number % 1000;
    if (isEnumType(named)) return ['A', 'B', 'C'][number % 3];
    if (!isAbstractType(named) && !isObjectType(named)) return `${named.name} ${number % 1000}`;
    const possible = isAbstractType(named) ? this.#schema.getPossibleTypes(named) : [named];
    const name = possible[number % possible.length]?.name ?? '';
    return { __typename: name, id: `${name}:${numberOf(`${place} of`) % INSTANCES}` } satisfies Instance;
  }
}

const typeOf = (value: unknown): string => (value as Instance).__typename;

/** Everything a generated schema stands for. */
export interface GeneratedWorld extends ReferenceWorld {
  /** Its subgraphs, and the same without a rule. */
  gated: Suite['subgraphs'];
  open: Suite['subgraphs'];
}

export function worldOf(generated: GeneratedSchema, seed: string): GeneratedWorld {
  const schema = buildSchema(textOf(generated, { subgraph: undefined, hasRules: false }));
  const { resolve } = new Store(schema, seed);
  const rules = new Map(generated.fixed);
  const requires = new Map<string, string[]>();
  for (const type of generated.types) {
    rules.set(type.name, type.rules);
    for (const field of type.fields) {
      rules.set(`${type.name}.${field.name}`, field.rules);
      rules.set(`${type.name}.${field.name}(deep)`, field.argument);
      if (field.requires !== undefined) requires.set(`${type.name}.${field.name}`, [field.requires]);
    }
  }
  const resolvers = resolversOf(schema, resolve);
  const written = (hasRules: boolean): Suite['subgraphs'] =>
    Object.fromEntries(
      (['a', 'b'] as const).map((subgraph) => {
        const sdl = textOf(generated, { subgraph, hasRules });
        return [subgraph, { sdl, resolvers: pruned(resolvers, sdl) }];
      }),
    );
  return { schema, rules, requires, typeOf, resolve, gated: written(true), open: written(false) };
}

type Resolvers = Record<string, Record<string, unknown>>;

function resolversOf(schema: GraphQLSchema, resolve: ReferenceWorld['resolve']): Resolvers {
  const all: Resolvers = {};
  for (const type of Object.values(schema.getTypeMap())) {
    if (isAbstractType(type)) all[type.name] = { __resolveType: typeOf };
    if (!(type instanceof GraphQLObjectType) || type.name.startsWith('__')) continue;
    const fields = Object.keys(type.getFields()).map((field) => [
      field,
      (parent: unknown, args: object) => resolve(parent, type.name, field, args),
    ]);
    all[type.name] = Object.fromEntries(fields) as Record<string, unknown>;
    if (!/Query|Mutation/.test(type.name))
      all[type.name] = { ...all[type.name], __resolveReference: (known: unknown) => known };
  }
  return all;
}

/** The resolvers of what a subgraph has. */
function pruned(resolvers: Resolvers, sdl: string): Resolvers {
  const here = buildSchema(`directive @key(fields: String!) on OBJECT\n${plain(sdl)}`, {
    assumeValidSDL: true,
  });
  const kept: Resolvers = {};
  for (const [name, fields] of Object.entries(resolvers)) {
    const type = here.getType(name);
    if (type === undefined) continue;
    const has = (field: string) =>
      field.startsWith('__') || (isObjectType(type) && field in type.getFields());
    kept[name] = Object.fromEntries(Object.entries(fields).filter(([field]) => has(field)));
  }
  return kept;
}

const plain = (sdl: string): string => sdl.replaceAll(/@\w+(?:\([^)]*\))?/g, '');
