import { Kind, valueFromASTUntyped, type ArgumentNode, type DirectiveNode, type DocumentNode } from 'graphql';
import type { Feature } from '../feature.ts';

const LINK = /^https:\/\/specs\.apollo\.dev\/(?:link|core)\/v\d+\.\d+$/;
const VERSIONED = /^(.*)\/(v\d+\.\d+)\/?$/;

/** Every feature a supergraph links, resolved by address and never by name. */
export function linkedFeatures(document: DocumentNode): Feature[] {
  const applied = document.definitions.flatMap((node) =>
    node.kind === Kind.SCHEMA_DEFINITION || node.kind === Kind.SCHEMA_EXTENSION
      ? (node.directives ?? [])
      : [],
  );
  const own = applied.find((node) => LINK.test(addressOf(node) ?? ''));
  if (own === undefined) return [];
  return applied.filter((node) => node.name.value === own.name.value).flatMap(featureOf);
}

const argument = (node: DirectiveNode, name: string): ArgumentNode | undefined =>
  node.arguments?.find((candidate) => candidate.name.value === name);

function untyped(node: ArgumentNode | undefined): unknown {
  return node === undefined ? undefined : valueFromASTUntyped(node.value);
}

/** `@core` names the address `feature`, `@link` names it `url`. */
function addressOf(node: DirectiveNode): string | undefined {
  const address = untyped(argument(node, 'url')) ?? untyped(argument(node, 'feature'));
  return typeof address === 'string' ? address : undefined;
}

function featureOf(node: DirectiveNode): Feature[] {
  const address = addressOf(node);
  if (address === undefined) return [];
  const [, identity = address, version = ''] = VERSIONED.exec(address) ?? [];
  const purposeNode = argument(node, 'for');
  const purpose = untyped(purposeNode);
  const as = untyped(argument(node, 'as'));
  const prefix = typeof as === 'string' ? as : (identity.split('/').at(-1) ?? '');
  const imports = importedNames(untyped(argument(node, 'import')));
  return [
    {
      identity,
      version,
      purpose: typeof purpose === 'string' ? purpose : undefined,
      purposeNode,
      directive: (element) => {
        const imported = imports.get(`@${element}`);
        if (imported !== undefined) return imported.slice(1);
        return identity.endsWith(`/${element}`) ? prefix : `${prefix}__${element}`;
      },
    },
  ];
}

/** `import: ["@a", { name: "@b", as: "@c" }]` as a map from the specification's name to the local one. */
function importedNames(value: unknown): Map<string, string> {
  const names = new Map<string, string>();
  for (const item of Array.isArray(value) ? (value as unknown[]) : []) {
    if (typeof item === 'string') names.set(item, item);
    else if (typeof item === 'object' && item !== null) {
      const { name, as } = item as { name?: unknown; as?: unknown };
      if (typeof name === 'string') names.set(name, typeof as === 'string' ? as : name);
    }
  }
  return names;
}
