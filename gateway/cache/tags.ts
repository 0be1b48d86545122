import { valueFromASTUntyped, type ConstDirectiveNode, type DocumentNode } from 'graphql';
import { forEachElement } from '../elements.ts';
import { graphsOf } from '../subgraphs.ts';

/** A part of a tag: text as it stands, or a value of the object's key or of the field's arguments. */
type Part = string | { of: 'key' | 'args'; path: readonly string[] };

/** A format of `@cacheTag`, taken apart; braces that name nothing known are text. */
export type TagFormat = readonly Part[];

/** The tags that subgraphs declare. */
export interface TagFormats {
  /** At a type or at a field of the root. */
  at: (subgraph: string, coordinate: string) => readonly TagFormat[];
  /** Where a subgraph declares a format that can make this tag. */
  making: (subgraph: string, tag: string) => ReadonlySet<string>;
}

const DIRECTIVE = 'federation__cacheTag';
const VALUE = /\{\$(key|args)\.([^{}]+)\}/;

const compiled = new WeakMap<DocumentNode, TagFormats>();

/** Reads `@cacheTag`, which a supergraph holds for each subgraph by itself, once. */
export function compileTags(supergraph: DocumentNode): TagFormats {
  let tags = compiled.get(supergraph);
  if (tags === undefined) compiled.set(supergraph, (tags = tagsOf(supergraph)));
  return tags;
}

function tagsOf(supergraph: DocumentNode): TagFormats {
  const subgraphs = graphsOf(supergraph);
  const formats = new Map<string, Map<string, TagFormat[]>>();
  forEachElement(supergraph, (coordinate, directives) => {
    for (const directive of directives) {
      if (directive.name.value !== 'join__directive') continue;
      const { graphs, name, args } = valuesOf(directive);
      const format = (args as { format?: unknown } | undefined)?.format;
      if (name !== DIRECTIVE || typeof format !== 'string') continue;
      for (const graph of graphs as string[]) {
        const subgraph = subgraphs.get(graph)?.name ?? graph;
        const declared = formats.get(subgraph) ?? new Map<string, TagFormat[]>();
        declared.set(coordinate, [...(declared.get(coordinate) ?? []), partsOf(format)]);
        formats.set(subgraph, declared);
      }
    }
  });
  return {
    at: (subgraph, coordinate) => formats.get(subgraph)?.get(coordinate) ?? [],
    making: (subgraph, tag) =>
      new Set(
        [...(formats.get(subgraph) ?? [])]
          .filter(([, declared]) => declared.some((format) => couldMake(format, tag)))
          .map(([coordinate]) => coordinate),
      ),
  };
}

/** Whether a format may have made a tag. */
function couldMake(format: TagFormat, tag: string): boolean {
  let from = 0;
  for (const [index, part] of format.entries()) {
    if (typeof part !== 'string') continue;
    const at = tag.indexOf(part, from);
    if (at < 0 || (index === 0 && at > 0)) return false;
    from = at + part.length;
  }
  const last = format.at(-1);
  return typeof last !== 'string' || tag.endsWith(last);
}

const valuesOf = ({ arguments: given = [] }: ConstDirectiveNode): Record<string, unknown> =>
  Object.fromEntries(given.map(({ name, value }) => [name.value, valueFromASTUntyped(value)]));

function partsOf(format: string): TagFormat {
  const found = VALUE.exec(format);
  if (found === null) return format === '' ? [] : [format];
  const [whole, of, path = ''] = found;
  const before = format.slice(0, found.index);
  const value: Part = { of: of === 'key' ? 'key' : 'args', path: path.split('.') };
  return [...(before === '' ? [] : [before]), value, ...partsOf(format.slice(found.index + whole.length))];
}

/** The tag for these values; undefined when one that it names is not there. */
export function tagOf(format: TagFormat, values: { key?: unknown; args?: unknown }): string | undefined {
  let tag = '';
  for (const part of format) {
    if (typeof part === 'string') {
      tag += part;
      continue;
    }
    let value = values[part.of];
    for (const step of part.path)
      value =
        typeof value === 'object' && value !== null ? (value as Record<string, unknown>)[step] : undefined;
    if (typeof value === 'object' || value === undefined) return undefined;
    tag += typeof value === 'string' ? value : JSON.stringify(value);
  }
  return tag;
}
