import {
  Kind,
  parse,
  print,
  valueFromASTUntyped,
  type ConstDirectiveNode,
  type FieldDefinitionNode,
  type ObjectTypeDefinitionNode,
} from 'graphql';
import type { Scope } from '../../scope.ts';
import { SCHEMAS } from './schemas.ts';

/** What a caller must have to be answered. */
export type Need = { scope: string } | { flag: string; hides: boolean } | 'mfa';

/** A field as one subgraph declares it. */
export interface Field {
  subgraph: string;
  /** The type it is on. */
  on: string;
  name: string;
  /** Its own type, without lists. */
  type: string;
  isList: boolean;
  /** Undefined for a field that is never kept. */
  scope: Scope | undefined;
  /** Whether its value is fresh for longer than a moment. */
  lasts: boolean;
  need: Need | undefined;
  /** The field of another subgraph that its value is made of as well. */
  feeding: string | undefined;
  /** With their types and defaults. */
  args: ReadonlyMap<string, { type: string; byDefault: unknown }>;
  /** Formats of the tags of a field of the root. */
  tags: readonly string[];
}

type Given = Readonly<Record<string, unknown>>;

/** What stands at a place of the graph: an entity, an object within a value, or the root. */
export interface Thing {
  type: string;
  /** Of the entity that it is, or is part of; empty elsewhere. */
  key: string;
}

const KEYS = new Set(['id', 'slug', 'region', 'code']);
export const ITEMS = ['1', '2', '3'];
export const PAGES = ['1', '2'];

/** All fields but those of keys, by the type they are on. */
export const FIELDS: ReadonlyMap<string, readonly Field[]> = Map.groupBy(
  Object.entries(SCHEMAS).flatMap(([subgraph, sdl]) =>
    parse(sdl)
      .definitions.filter(
        (node): node is ObjectTypeDefinitionNode => node.kind === Kind.OBJECT_TYPE_DEFINITION,
      )
      .flatMap((type) =>
        (type.fields ?? [])
          .filter((field) => !KEYS.has(field.name.value) && !isForeign(field))
          .map((field) => fieldOf(subgraph, type, field)),
      ),
  ),
  ({ on }) => on,
);

function isForeign({ directives = [] }: FieldDefinitionNode): boolean {
  return directives.some(({ name }) => name.value === 'external');
}

function fieldOf(subgraph: string, type: ObjectTypeDefinitionNode, node: FieldDefinitionNode): Field {
  const [own, ofType] = [directivesOf(node.directives), directivesOf(type.directives)];
  const policy = own.get('fieldCache')?.[0] ?? ofType.get('fieldCache')?.[0];
  const args = (node.arguments ?? []).map(({ name, type: its, defaultValue }) => {
    const byDefault = defaultValue && (valueFromASTUntyped(defaultValue) as unknown);
    return [name.value, { type: print(its), byDefault }] as const;
  });
  return {
    subgraph,
    on: type.name.value,
    name: node.name.value,
    type: print(node.type).replaceAll(/[[\]!]/g, ''),
    isList: print(node.type).startsWith('['),
    scope: policy && ((policy['scope'] ?? 'TENANT') as Scope),
    lasts: policy !== undefined && policy['maxAge'] !== 0,
    need: needOf(own),
    feeding: own.get('requires')?.[0]?.['fields'] as string | undefined,
    args: new Map(args),
    tags: (own.get('cacheTag') ?? []).map(({ format }) => String(format)),
  };
}

function directivesOf(directives: readonly ConstDirectiveNode[] = []): Map<string, Given[]> {
  const all = directives.map(({ name, arguments: args = [] }) => ({
    name: name.value,
    given: Object.fromEntries(
      args.map((arg) => [arg.name.value, valueFromASTUntyped(arg.value) as unknown]),
    ) as Given,
  }));
  const byName = Map.groupBy(all, ({ name }) => name);
  return new Map([...byName].map(([name, found]) => [name, found.map(({ given }) => given)]));
}

function needOf(directives: ReadonlyMap<string, readonly Given[]>): Need | undefined {
  const scopes = directives.get('requiresScopes')?.[0]?.['scopes'] as string[][] | undefined;
  if (scopes !== undefined) return { scope: String(scopes[0]?.[0]) };
  const feature = directives.get('feature')?.[0];
  if (feature !== undefined) return { flag: String(feature['flag']), hides: feature['mode'] !== 'upsell' };
  return directives.has('mfa') ? 'mfa' : undefined;
}

export const isLeaf = ({ type }: Field): boolean => type === 'String' || type === 'Int';

/** The values of an entity's keys. */
export const keysOf = ({ type, key }: Thing): Readonly<Record<string, string>> =>
  type === 'Item' ? { id: key } : { slug: `p${key}`, region: key === '1' ? 'eu' : 'us', code: `c${key}` };

/** The things a field leads to. */
export function thingsAt({ name }: Field, args: Given, { key }: Thing): Thing[] {
  const first = Number(args['first'] ?? 0);
  const items = (keys: readonly string[]): Thing[] => keys.map((one) => ({ type: 'Item', key: one }));
  const pages = (keys: readonly string[]): Thing[] => keys.map((one) => ({ type: 'Page', key: one }));
  const after = (from: string): string => ITEMS[Number(from) % ITEMS.length] ?? '1';
  switch (name) {
    case 'entries':
      return ITEMS.slice(0, first).map((one) => ({ type: 'Entry', key: one }));
    case 'items':
    case 'liveItems':
      return items(ITEMS.slice(0, first));
    case 'related':
      return items([after(key), after(after(key))].slice(0, first));
    case 'lead':
      return items([after(key)]);
    case 'pages':
      return pages(PAGES.slice(0, first));
    case 'mixed':
      return [...items(['3']), ...pages(['2']), ...items(['1'])];
    case 'corner':
      return pages([String(args['code']).slice(1)]);
    case 'size':
      return [{ type: 'Size', key }];
    case 'item':
      return items([typeof args['id'] === 'string' ? args['id'] : key]);
    case 'write':
      return [{ type: 'Written', key: '' }];
    default:
      throw new Error(`${name} leads nowhere`);
  }
}

/** A value by its name: its place in the graph with its arguments. */
export const placeOf = ({ on, name }: Field, { key }: Thing, args: Given): string =>
  `${on}.${name} ${key} ${JSON.stringify(args)}`;

/** The tag that a format makes of these arguments. */
export const tagFrom = (format: string, args: Given): string =>
  format.replaceAll(/\{\$args\.(\w+)\}/g, (_, name: string) => String(args[name]));

/** By what a value of a subgraph changes: all that is said of it, of its type, of the entity and of tags. */
export function keysOfValue(field: Field, thing: Thing, args: Given): string[] {
  const { subgraph, tags, on } = field;
  const own = tags.map((format) => `tag ${tagFrom(format, args)}`);
  if (on === 'Query') return [subgraph, `${subgraph} ${field.name}`, ...own];
  if (on === 'Entry') return [subgraph, `${subgraph} Entry`, 'tag entries'];
  const entity = on === 'Size' ? 'Item' : on;
  const within = on === 'Size' ? [`${subgraph} Size`] : [];
  return [subgraph, `${subgraph} ${entity}`, `${subgraph} ${entity} ${thing.key}`, ...within];
}
