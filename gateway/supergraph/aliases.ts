import {
  Kind,
  valueFromASTUntyped,
  visit,
  type ConstDirectiveNode,
  type DocumentNode,
  type FieldNode,
  type FragmentDefinitionNode,
  type OperationDefinitionNode,
  type SelectionSetNode,
} from 'graphql';
import type { Data } from '../data.ts';
import type { Fetched, InnerError } from '../fetched.ts';
import { forEachElement } from '../elements.ts';

/** An operation as the planner gets it. */
interface Operation {
  document: DocumentNode;
  operation: OperationDefinitionNode;
}

/** The same operation under other names, and the way back for its result. */
export interface Renamed extends Operation {
  restore: (result: Fetched) => Fetched;
}

/**
 * The planner adds keys and required fields to what it asks subgraphs, and takes a client's alias of such a name for
 * the field itself: the client would be told a key, or tell a subgraph what another one should have. So these aliases
 * get other names on their way.
 */
export function aliasGuard(supergraph: DocumentNode): (operation: Operation) => Renamed | undefined {
  const own = plannerNames(supergraph);
  const known = new WeakMap<OperationDefinitionNode, Renamed | 'safe'>();
  return (operation) => {
    let found = known.get(operation.operation);
    if (found === undefined) known.set(operation.operation, (found = renamed(operation, own) ?? 'safe'));
    return found === 'safe' ? undefined : found;
  };
}

/** Every name in a key or a requirement, and the one the planner asks of all objects. */
function plannerNames(supergraph: DocumentNode): ReadonlySet<string> {
  const names = new Set(['__typename']);
  forEachElement(supergraph, (_, directives) => {
    for (const directive of directives)
      for (const name of selectionIn(directive).match(/[_A-Za-z]\w*/g) ?? []) names.add(name);
  });
  return names;
}

const SELECTIONS = new Map([
  ['join__type', 'key'],
  ['join__field', 'requires'],
]);

function selectionIn({ name, arguments: given = [] }: ConstDirectiveNode): string {
  const argument = given.find((one) => one.name.value === SELECTIONS.get(name.value));
  const value: unknown = argument && valueFromASTUntyped(argument.value);
  return typeof value === 'string' ? value : '';
}

const responseName = ({ alias, name }: FieldNode): string => (alias ?? name).value;

function renamed({ document, operation }: Operation, own: ReadonlySet<string>): Renamed | undefined {
  const names = new Set<string>();
  const isTaken = ({ alias, name }: FieldNode) =>
    alias !== undefined && alias.value !== name.value && own.has(alias.value);
  let hasTaken = false;
  visit(document, {
    Field: (node) => {
      names.add(responseName(node));
      hasTaken ||= isTaken(node);
    },
  });
  if (!hasTaken) return undefined;
  const prefix = unusedPrefix(names);
  const changed: DocumentNode = visit(document, {
    Field: (node) =>
      isTaken(node) ? { ...node, alias: { kind: Kind.NAME, value: prefix + responseName(node) } } : undefined,
  });
  const found = changed.definitions[document.definitions.indexOf(operation)];
  if (found?.kind !== Kind.OPERATION_DEFINITION) throw new Error('an operation is part of its document');
  const fragments = changed.definitions.filter((node) => node.kind === Kind.FRAGMENT_DEFINITION);
  const places = placesIn(found.selectionSet, new Map(fragments.map((node) => [node.name.value, node])));
  const original = (name: string) => (name.startsWith(prefix) ? name.slice(prefix.length) : name);
  return { document: changed, operation: found, restore: (result) => restored(result, places, original) };
}

function unusedPrefix(names: ReadonlySet<string>): string {
  for (let n = 0; ; n++) {
    const prefix = n === 0 ? '_as_' : `_as${n}_`;
    if (![...names].some((name) => name.startsWith(prefix))) return prefix;
  }
}

/** The response names of an object, with those below them. What a scalar holds is not among them. */
type Places = Map<string, Places>;
type Fragments = ReadonlyMap<string, FragmentDefinitionNode>;

function placesIn(set: SelectionSetNode, fragments: Fragments, places: Places = new Map()): Places {
  for (const node of set.selections) {
    if (node.kind === Kind.FIELD) {
      const below = places.get(responseName(node)) ?? new Map<string, Places>();
      places.set(responseName(node), below);
      if (node.selectionSet !== undefined) placesIn(node.selectionSet, fragments, below);
    } else {
      const fragment = node.kind === Kind.FRAGMENT_SPREAD ? fragments.get(node.name.value) : node;
      if (fragment !== undefined) placesIn(fragment.selectionSet, fragments, places);
    }
  }
  return places;
}

type Original = (name: string) => string;

function restored({ data, errors, stale }: Fetched, places: Places, original: Original): Fetched {
  return {
    ...(data === undefined ? {} : { data: restoredValue(data, places, original) as Data | null }),
    ...(errors && { errors: errors.map((error) => restoredError(error, places, original)) }),
    ...(stale && { stale: stale.map((place) => place.split('.').map(original).join('.')) }),
  };
}

function restoredValue(value: unknown, places: Places, original: Original): unknown {
  if (places.size === 0 || typeof value !== 'object' || value === null) return value;
  if (Array.isArray(value)) return value.map((item) => restoredValue(item, places, original));
  return Object.fromEntries(
    Object.entries(value).map(([name, inner]: [string, unknown]) => {
      const below = places.get(name);
      return below === undefined ? [name, inner] : [original(name), restoredValue(inner, below, original)];
    }),
  );
}

function restoredError(
  { message, path, extensions }: InnerError,
  places: Places,
  original: Original,
): InnerError {
  let here: Places | undefined = places;
  const names = path?.map((step) => {
    if (typeof step === 'number') return step;
    here = here?.get(step);
    return here === undefined ? step : original(step);
  });
  return { message, path: names, extensions };
}
