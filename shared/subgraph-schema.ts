import { readFileSync } from 'node:fs';
import { buildSubgraphSchema, type GraphQLResolverMap } from '@apollo/subgraph';
import { defaultFieldResolver, parse, type DocumentNode, type GraphQLSchema } from 'graphql';
import { AppError } from './errors.ts';
import type { Identity } from './identity.ts';
import { SCALARS } from './scalars.ts';

/** One feature of a subgraph: its SDL file, its resolvers, and the root fields that need no sign-in. */
export interface Feature {
  sdl: URL;
  resolvers?: object;
  publicFields?: readonly string[];
  /** The mutations that change nothing a gateway keeps; after any other it forgets what it has of the tenant from this subgraph. */
  harmless?: readonly string[];
  /** What is left to do once an operation has run, before it is answered. */
  settle?(context: object): Promise<void>;
}

const CHORUS_DIRECTIVES = new URL('chorus.graphql', import.meta.url);

/** The SDL documents of a subgraph as composition and the running server both see them. */
export const subgraphDocuments = (features: readonly Feature[]): DocumentNode[] =>
  [CHORUS_DIRECTIVES, ...features.map(({ sdl }) => sdl)].map((file) => parse(readFileSync(file, 'utf8')));

/** The executable schema; root fields that are not named public refuse anonymous callers. */
export function subgraphSchema(features: readonly Feature[]): GraphQLSchema {
  const documents = subgraphDocuments(features);
  const resolvers = [scalarsIn(documents), ...features.map((feature) => feature.resolvers ?? {})];
  const schema = buildSubgraphSchema(
    documents.map((typeDefs, index) => ({
      typeDefs,
      resolvers: (resolvers[index] ?? {}) as GraphQLResolverMap<unknown>,
    })),
  );
  guardRootFields(schema, new Set(features.flatMap(({ publicFields = [] }) => publicFields)));
  noteChanges(schema, new Set(features.flatMap(({ harmless = [] }) => harmless)));
  return schema;
}

/** Everything the features have left to do once an operation has run. */
export const settlementOf =
  (features: readonly Feature[]) =>
  async (context: object): Promise<void> => {
    for (const feature of features) await feature.settle?.(context);
  };

function scalarsIn(documents: readonly DocumentNode[]): object {
  const names = documents.flatMap(({ definitions }) =>
    definitions.flatMap((node) => (node.kind === 'ScalarTypeDefinition' ? [node.name.value] : [])),
  );
  return Object.fromEntries(
    names.flatMap((name) => (SCALARS[name] === undefined ? [] : [[name, SCALARS[name]]])),
  );
}

/** Whom a request serves; a mutation may open a session, and goes on as its holder until its next root field. */
interface Guarded {
  readonly identity: Identity;
  becomeCaller?(): void;
  /** What a gateway keeps may be wrong from now on. */
  change?(): void;
}

/** Fails closed: a new root field needs a signed-in caller unless somebody decides otherwise. */
function guardRootFields(schema: GraphQLSchema, publicFields: ReadonlySet<string>): void {
  for (const type of [schema.getQueryType(), schema.getMutationType()]) {
    for (const field of Object.values(type?.getFields() ?? {})) {
      const isPublic = publicFields.has(field.name);
      const resolve = field.resolve ?? defaultFieldResolver;
      field.resolve = (source, args, context: Guarded, info) => {
        context.becomeCaller?.();
        if (!isPublic && context.identity.kind === 'anonymous') throw new AppError('UNAUTHENTICATED');
        return resolve(source, args, context, info) as unknown;
      };
    }
  }
}

/** A mutation changes something unless somebody says that it does not. */
function noteChanges(schema: GraphQLSchema, harmless: ReadonlySet<string>): void {
  const mutations = schema.getMutationType()?.getFields() ?? {};
  for (const name of harmless)
    if (mutations[name] === undefined) throw new Error(`there is no mutation ${name}`);
  for (const field of Object.values(mutations)) {
    const resolve = field.resolve ?? defaultFieldResolver;
    if (harmless.has(field.name)) continue;
    field.resolve = (source, args, context: Guarded, info) => {
      context.change?.();
      return resolve(source, args, context, info) as unknown;
    };
  }
}
