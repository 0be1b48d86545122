import { Kind, type DocumentNode, type FieldNode, type OperationDefinitionNode } from 'graphql';
import type { FragmentDefinitionNode, SelectionNode, SelectionSetNode, ValueNode } from 'graphql';
import { Refusal } from '../errors/errors.ts';

/** How large one operation may be once every fragment is written out. */
export const LIMITS = {
  tokens: 2000,
  selections: 2000,
  depth: 20,
  aliases: 50,
  /** Fields answered under one response name, which validation compares pair by pair. */
  repeats: 50,
  /** Directives on one element. */
  directives: 5,
  /** Levels of lists and objects in one literal argument. */
  literals: 32,
  mutations: 10,
} as const;

const tooLarge = (what: string): Refusal =>
  new Refusal('COST_TOO_HIGH', `The operation is too large: ${what}.`);

type Fragments = ReadonlyMap<string, FragmentDefinitionNode>;

/** Refuses operations that are small as text and large as work; costs at most one visit per allowed field. */
export function checkSize(document: DocumentNode): void {
  const fragments = new Map<string, FragmentDefinitionNode>();
  const operations: OperationDefinitionNode[] = [];
  for (const node of document.definitions) {
    if (node.kind === Kind.FRAGMENT_DEFINITION) fragments.set(node.name.value, node);
    if (node.kind === Kind.OPERATION_DEFINITION) operations.push(node);
  }
  const count = selectionCounter(fragments);
  for (const root of [...operations, ...fragments.values()]) {
    if (count(root.selectionSet) > LIMITS.selections) throw tooLarge(`over ${LIMITS.selections} fields`);
  }
  for (const root of [...operations, ...unused(operations, fragments)]) checkOperation(root, fragments);
}

/** Counts selections after expansion without expanding: each fragment once. Cycles are refused. */
function selectionCounter(fragments: Fragments): (set: SelectionSetNode) => number {
  const known = new Map<string, number>();
  const open = new Set<string>();

  const ofFragment = (name: string): number => {
    const before = known.get(name);
    if (before !== undefined) return before;
    const fragment = fragments.get(name);
    if (fragment === undefined) return 0;
    if (open.has(name)) {
      throw new Refusal('GRAPHQL_VALIDATION_FAILED', `Fragment "${name}" spreads itself.`);
    }
    open.add(name);
    const total = count(fragment.selectionSet);
    open.delete(name);
    known.set(name, total);
    return total;
  };

  const count = (set: SelectionSetNode): number => {
    let total = 0;
    for (const selection of set.selections) {
      if (selection.kind === Kind.FRAGMENT_SPREAD) total += 1 + ofFragment(selection.name.value);
      else total += 1 + (selection.selectionSet === undefined ? 0 : count(selection.selectionSet));
      if (total > LIMITS.selections) return LIMITS.selections + 1;
    }
    return total;
  };
  return count;
}

/** Validation works on fragments nobody spreads too, so they are measured as well. */
function unused(
  operations: readonly OperationDefinitionNode[],
  fragments: Fragments,
): FragmentDefinitionNode[] {
  const used = new Set<string>();
  const use = (set: SelectionSetNode | undefined): void => {
    for (const selection of set?.selections ?? []) {
      if (selection.kind !== Kind.FRAGMENT_SPREAD) use(selection.selectionSet);
      else if (!used.has(selection.name.value)) {
        used.add(selection.name.value);
        use(fragments.get(selection.name.value)?.selectionSet);
      }
    }
  };
  for (const operation of operations) use(operation.selectionSet);
  return [...fragments.values()].filter(({ name }) => !used.has(name.value));
}

/** Response names as a tree, to count what ends up in one place. */
interface Place {
  fields: number;
  below: Map<string, Place>;
}

function checkOperation(root: OperationDefinitionNode | FragmentDefinitionNode, fragments: Fragments): void {
  const place: Place = { fields: 0, below: new Map() };
  let aliases = 0;

  const visit = (set: SelectionSetNode, at: Place, depth: number): void => {
    for (const selection of set.selections) {
      checkDirectives(selection);
      if (selection.kind === Kind.FIELD) {
        if (selection.alias !== undefined && ++aliases > LIMITS.aliases) {
          throw tooLarge(`over ${LIMITS.aliases} aliases`);
        }
        checkArguments(selection);
        const here = enter(at, (selection.alias ?? selection.name).value, depth);
        if (selection.selectionSet !== undefined) visit(selection.selectionSet, here, depth + 1);
      } else if (selection.kind === Kind.INLINE_FRAGMENT) visit(selection.selectionSet, at, depth);
      else {
        const fragment = fragments.get(selection.name.value);
        if (fragment !== undefined) visit(fragment.selectionSet, at, depth);
      }
    }
  };
  checkDirectives(root);
  visit(root.selectionSet, place, 1);
  const isMutation = root.kind === Kind.OPERATION_DEFINITION && root.operation === 'mutation';
  if (isMutation && place.below.size > LIMITS.mutations) throw tooLarge(`over ${LIMITS.mutations} mutations`);
}

function enter(at: Place, name: string, depth: number): Place {
  if (depth > LIMITS.depth) throw tooLarge(`deeper than ${LIMITS.depth} levels`);
  let place = at.below.get(name);
  if (place === undefined) at.below.set(name, (place = { fields: 0, below: new Map() }));
  if (++place.fields > LIMITS.repeats) throw tooLarge(`one field more than ${LIMITS.repeats} times`);
  return place;
}

function checkDirectives(node: SelectionNode | OperationDefinitionNode | FragmentDefinitionNode): void {
  if ((node.directives?.length ?? 0) > LIMITS.directives) {
    throw tooLarge(`over ${LIMITS.directives} directives on one element`);
  }
}

function checkArguments(field: FieldNode): void {
  for (const { value } of field.arguments ?? []) checkLiteral(value, 1);
}

function checkLiteral(value: ValueNode, depth: number): void {
  if (depth > LIMITS.literals) throw tooLarge(`an argument deeper than ${LIMITS.literals} levels`);
  if (value.kind === Kind.LIST) for (const item of value.values) checkLiteral(item, depth + 1);
  if (value.kind === Kind.OBJECT) for (const field of value.fields) checkLiteral(field.value, depth + 1);
}
