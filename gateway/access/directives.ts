import { ConfigError } from '@chorus/shared/config.ts';
import { valueFromASTUntyped, type ConstDirectiveNode, type DocumentNode } from 'graphql';
import type { Feature } from '../feature.ts';
import { forEachElement } from '../elements.ts';
import type { Enforceable } from '../supergraph/supergraph.ts';
import type { Demand, DemandTable } from './demands.ts';

/** Turns one application into the demands it makes. @throws ConfigError for arguments that say nothing clear */
type Reader = (arguments_: Readonly<Record<string, unknown>>) => Demand;

const APOLLO = 'https://specs.apollo.dev';
const CHORUS = 'https://specs.chorus.dev/chorus';

/** What each element of each specification demands. */
const READERS: readonly [identity: string, element: string, read: Reader][] = [
  [`${APOLLO}/authenticated`, 'authenticated', () => ({ kind: 'authenticated' })],
  [
    `${APOLLO}/requiresScopes`,
    'requiresScopes',
    ({ scopes }) => ({ kind: 'scopes', anyOf: namesOf(scopes) }),
  ],
  [`${APOLLO}/policy`, 'policy', ({ policies }) => ({ kind: 'policies', anyOf: namesOf(policies) })],
  [CHORUS, 'mfa', ({ maxAge }) => ({ kind: 'mfa', maxAge: typeof maxAge === 'number' ? maxAge : undefined })],
  [CHORUS, 'feature', featureOf],
];

/** The rules that this stage enforces, so that a supergraph may rely on them. */
export const ENFORCED: ReadonlySet<Enforceable> = new Set([
  'authenticated',
  'requiresScopes',
  'policy',
  'mfa',
  'feature',
]);

/** The demands each element's own directives make, by coordinate. */
export function ownDemands(
  document: DocumentNode,
  features: readonly Feature[],
  table: DemandTable,
): Map<string, number[]> {
  const readers = new Map<string, Reader>();
  for (const feature of features)
    for (const [identity, element, read] of READERS)
      if (feature.identity === identity) readers.set(feature.directive(element), read);
  const found = new Map<string, number[]>();
  forEachElement(document, (coordinate, directives) => {
    const numbers = directives.flatMap((node) => {
      const read = readers.get(node.name.value);
      return read === undefined ? [] : [table.number(demandOf(coordinate, node, read))];
    });
    // The same type can be described in several places, which bind together.
    if (numbers.length > 0)
      found.set(coordinate, [...new Set([...(found.get(coordinate) ?? []), ...numbers])]);
  });
  return found;
}

function demandOf(coordinate: string, node: ConstDirectiveNode, read: Reader): Demand {
  try {
    return read(argumentsOf(node));
  } catch {
    throw new ConfigError(
      `The supergraph applies @${node.name.value} to ${coordinate} without a clear meaning.`,
    );
  }
}

/** What `@requires` makes a field read, as selections, by coordinate. */
export function requiredFields(document: DocumentNode): Map<string, string[]> {
  const found = new Map<string, string[]>();
  forEachElement(document, (coordinate, directives) => {
    for (const node of directives) {
      if (node.name.value !== 'join__field') continue;
      const { requires } = argumentsOf(node);
      if (typeof requires === 'string') found.set(coordinate, [...(found.get(coordinate) ?? []), requires]);
    }
  });
  return found;
}

const argumentsOf = (node: ConstDirectiveNode): Record<string, unknown> =>
  Object.fromEntries(
    (node.arguments ?? []).map(({ name, value }) => [name.value, valueFromASTUntyped(value)]),
  );

function namesOf(value: unknown): string[][] {
  // GraphQL takes a single value for a list of one.
  const lists = (Array.isArray(value) ? (value as unknown[]) : [value]).map((names) =>
    Array.isArray(names) ? (names as unknown[]) : [names],
  );
  return lists.map((names) =>
    names.map((name) => {
      if (typeof name !== 'string') throw new Error('not a name');
      return name;
    }),
  );
}

function featureOf({ flag, mode = 'hide' }: Readonly<Record<string, unknown>>): Demand {
  if (typeof flag !== 'string' || (mode !== 'hide' && mode !== 'upsell')) throw new Error('not a feature');
  return { kind: 'feature', flag, mode };
}
