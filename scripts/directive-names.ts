import {
  Kind,
  visit,
  type ASTNode,
  type ConstDirectiveNode,
  type ConstValueNode,
  type DocumentNode,
} from 'graphql';

/** The directives whose loss would open or change something; each must reach the supergraph. */
const GUARDED = new Set([
  'authenticated',
  'requiresScopes',
  'policy',
  'mfa',
  'feature',
  'fieldCache',
  'cacheTag',
  'cost',
  'listSize',
  'tag',
  'inaccessible',
]);

/** The directives that decide who may see an element. */
export const ACCESS = new Set(['authenticated', 'requiresScopes', 'policy', 'mfa', 'feature']);

const argument = (node: ConstDirectiveNode, name: string): ConstValueNode | undefined =>
  node.arguments?.find((candidate) => candidate.name.value === name)?.value;

const text = (value: ConstValueNode | undefined): string | undefined =>
  value?.kind === Kind.STRING ? value.value : undefined;

function imported(value: ConstValueNode): [local: string, canonical: string] | undefined {
  const entry = text(value);
  if (entry !== undefined) return [entry, entry];
  if (value.kind !== Kind.OBJECT) return undefined;
  const field = (name: string) =>
    text(value.fields.find((candidate) => candidate.name.value === name)?.value);
  const name = field('name');
  return name === undefined ? undefined : [field('as') ?? name, name];
}

/** Local directive name -> the name its specification gave it, by the document's `@link`s. */
function directiveNames(document: DocumentNode): Map<string, string> {
  const names = new Map<string, string>();
  const links = document.definitions.flatMap((node) =>
    node.kind === Kind.SCHEMA_DEFINITION || node.kind === Kind.SCHEMA_EXTENSION
      ? (node.directives ?? []).filter(({ name }) => name.value === 'link')
      : [],
  );
  for (const link of links) {
    const spec = /\/([^/]+)\/v\d+\.\d+$/.exec(text(argument(link, 'url')) ?? '')?.[1];
    if (spec === undefined) continue;
    const prefix = text(argument(link, 'as')) ?? spec;
    names.set(prefix, spec);
    for (const canonical of GUARDED) names.set(`${prefix}__${canonical}`, canonical);
    const imports = argument(link, 'import');
    for (const entry of imports?.kind === Kind.LIST ? imports.values : []) {
      const pair = imported(entry);
      if (pair !== undefined) names.set(pair[0].replace('@', ''), pair[1].replace('@', ''));
    }
  }
  return names;
}

/**
 * Directives that composition files under `@join__directive` keep their name in an argument; one that is used without
 * any link counts under its own name, because that is how applications get lost silently.
 */
function canonicalName(node: ConstDirectiveNode, names: ReadonlyMap<string, string>): string | undefined {
  if (node.name.value !== 'join__directive') return names.get(node.name.value) ?? node.name.value;
  return text(argument(node, 'name'))?.replace(/^.*__/, '');
}

/** The place of a node as `Type.field.argument`, of the nodes and lists above it. */
export const coordinateOf = (ancestors: readonly (ASTNode | readonly ASTNode[])[]): string =>
  ancestors
    .map((ancestor) => ('kind' in ancestor ? nameOf(ancestor) : undefined))
    .filter((name) => name !== undefined)
    .join('.');

const nameOf = (node: ASTNode | undefined): string | undefined =>
  node !== undefined && 'name' in node ? node.name?.value : undefined;

/** Every application of a guarded directive, as `Type.field(argument)` and the directive's specification name. */
export function applications(document: DocumentNode): { coordinate: string; directive: string }[] {
  const names = directiveNames(document);
  const found: { coordinate: string; directive: string }[] = [];
  visit(document, {
    Directive(node, _key, _parent, _path, ancestors) {
      const directive = canonicalName(node as ConstDirectiveNode, names);
      if (directive === undefined || !GUARDED.has(directive)) return;
      const coordinate = coordinateOf(ancestors);
      if (coordinate !== '') found.push({ coordinate, directive });
    },
  });
  return found;
}
