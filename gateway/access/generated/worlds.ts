import { createHash } from 'node:crypto';
import {
  buildSchema,
  getNamedType,
  GraphQLObjectType,
  GraphQLSchema,
  isAbstractType,
  isEnumType,
  isListType,
  isNonNullType,
  isObjectType,
  type GraphQLOutputType,
} from 'graphql';
import type { Suite } from '../corpus/corpus.ts';
import type { Demand } from '../demands.ts';
import type { ReferenceWorld } from '../reference.testing.ts';
import type { GeneratedSchema } from './schemas.ts';
import { textOf, type Writing } from './text.ts';

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
  /** The schema as far as anybody can see it. */
  visible: GraphQLSchema;
  open: Suite['subgraphs'];
}

export function worldOf(generated: GeneratedSchema, seed: string): GeneratedWorld {
  const schema = buildSchema(textOf(generated, {}));
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
  const written = (rules: Pick<Writing, 'rules'>): Suite['subgraphs'] =>
    Object.fromEntries(
      (['a', 'b'] as const).map((subgraph) => {
        const sdl = textOf(generated, { subgraph, ...rules });
        return [subgraph, { sdl, resolvers: pruned(resolvers, sdl) }];
      }),
    );
  const visible = reachable(buildSchema(textOf(generated, { visible: true })));
  const subgraphs = { gated: written({ rules: true }), open: written({}) };
  return { schema, visible, rules, requires, typeOf, resolve, ...subgraphs };
}

/** Without types that nothing leads to: what is only used by hidden elements is hidden with them. */
function reachable(schema: GraphQLSchema): GraphQLSchema {
  const [query, mutation] = [schema.getQueryType(), schema.getMutationType()];
  const objects = Object.values(schema.getTypeMap()).filter((type) => isObjectType(type));
  let types: GraphQLObjectType[] = [];
  for (;;) {
    const reached = new GraphQLSchema({ query, mutation, types, assumeValid: true });
    const missing = objects.filter(
      (type) =>
        reached.getType(type.name) === undefined &&
        type.getInterfaces().some(({ name }) => reached.getType(name) !== undefined),
    );
    if (missing.length === 0) return reached;
    types = [...types, ...missing];
  }
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
