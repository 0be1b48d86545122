import { Kind, type DocumentNode, type FieldNode, type FragmentDefinitionNode } from 'graphql';
import type {
  FragmentSpreadNode,
  InlineFragmentNode,
  OperationDefinitionNode,
  SelectionSetNode,
} from 'graphql';
import { argumentsTerm } from './arguments.ts';
import { conditionsOf, type Condition } from './conditions.ts';
import { costOfLevel } from './evaluate.ts';
import { sizeOf, sizesBelow, type Size } from './sizes.ts';
import type { CostTables } from './tables.ts';
import { plus, type Term } from './terms.ts';
import type { FieldTerm, FragmentTerm, Level, Selections } from './tree.ts';

interface Compilation {
  tables: CostTables;
  fragments: ReadonlyMap<string, FragmentDefinitionNode>;
  /** Fragments that have been compiled. */
  shared: Map<string, Selections>;
}

const NO_VALUE = () => undefined;
const NOTHING: Level = { selections: { fields: [], fragments: [], isConstant: true }, types: [] };
/** `__schema` and `__type` cost this, whatever is selected of them. */
const INTROSPECTION = {
  weight: 1,
  levels: 0,
  size: undefined,
  arguments: 0,
  below: NOTHING,
  sizes: [],
  each: 1,
} as const;

/** Turns an operation into the tree of its cost, which variables are all that is missing of. */
export function compile(
  operation: OperationDefinitionNode,
  document: DocumentNode,
  tables: CostTables,
): Level {
  const fragments = document.definitions.filter((node) => node.kind === Kind.FRAGMENT_DEFINITION);
  const compilation = {
    tables,
    fragments: new Map(fragments.map((node) => [node.name.value, node])),
    shared: new Map(),
  };
  const root = operation.operation === 'mutation' ? tables.mutation : tables.query;
  return levelOf(operation.selectionSet, root ?? '', compilation);
}

function levelOf(set: SelectionSetNode | undefined, type: string, compilation: Compilation): Level {
  if (set === undefined) return NOTHING;
  const selections = selectionsOf(set, type, compilation);
  return { selections, types: distinct(named(compilation.tables.outputs, type).possible, selections) };
}

function selectionsOf(set: SelectionSetNode, type: string, compilation: Compilation): Selections {
  const fields: FieldTerm[] = [];
  const fragments: FragmentTerm[] = [];
  for (const node of set.selections) {
    const when = conditionsOf(node.directives);
    if (when === undefined) continue;
    if (node.kind === Kind.FIELD) fields.push(...fieldOf(node, type, when, compilation));
    else fragments.push(fragmentOf(node, type, when, compilation));
  }
  const isConstant =
    fields.every(isConstantField) &&
    fragments.every(({ when, selections }) => when.length === 0 && selections.isConstant);
  return { fields, fragments, isConstant };
}

function fragmentOf(
  node: InlineFragmentNode | FragmentSpreadNode,
  type: string,
  when: readonly Condition[],
  compilation: Compilation,
): FragmentTerm {
  const { tables } = compilation;
  if (node.kind === Kind.FRAGMENT_SPREAD) {
    const fragment = named(compilation.fragments, node.name.value);
    const condition = fragment.typeCondition.name.value;
    let selections = compilation.shared.get(node.name.value);
    selections ??= selectionsOf(fragment.selectionSet, condition, compilation);
    compilation.shared.set(node.name.value, selections);
    return { when, types: named(tables.outputs, condition).possible, selections };
  }
  const condition = node.typeCondition?.name.value;
  return {
    when,
    types: condition === undefined ? undefined : named(tables.outputs, condition).possible,
    selections: selectionsOf(node.selectionSet, condition ?? type, compilation),
  };
}

/** Nothing where it costs nothing whatever the variables and the size of its list are, as most scalars do. */
function fieldOf(
  node: FieldNode,
  type: string,
  when: readonly Condition[],
  compilation: Compilation,
): FieldTerm[] {
  const { value: name } = node.name;
  const key = (node.alias ?? node.name).value;
  if (name === '__typename') return [];
  if (name === '__schema' || name === '__type') return [{ ...INTROSPECTION, name, key, when }];
  const table = named(named(compilation.tables.outputs, type).fields, name);
  const { weight, levels } = table;
  const below = levelOf(node.selectionSet, table.type, compilation);
  const size = levels === 0 ? undefined : sizeOf(table.sizes, node);
  const sizes = sizesBelow(table.sizes, node);
  const isConstant = below.selections.isConstant && sizes.every((told) => isFixed(told.size));
  const each = isConstant ? plus(weight, costOfLevel(below, NO_VALUE, sizes)) : undefined;
  const given = argumentsTerm(node.arguments, table.arguments, compilation.tables);
  if (each === 0 && given === 0) return [];
  return [{ name, key, when, weight, levels, size, arguments: given, below, sizes, each }];
}

const isFixed = (value: Size | Term): boolean => typeof value !== 'function';

const isConstantField = ({ when, size, arguments: given, each }: FieldTerm): boolean =>
  when.length === 0 && isFixed(size) && isFixed(given) && each !== undefined;

/** One of each group of types that the same fragments speak of. */
function distinct(possible: ReadonlySet<string>, selections: Selections): string[] {
  const spokenOf = new Set<ReadonlySet<string>>();
  const gather = ({ fragments }: Selections): void => {
    for (const { types, selections: inner } of fragments) {
      if (types !== undefined) spokenOf.add(types);
      gather(inner);
    }
  };
  if (possible.size > 1) gather(selections);
  const groups = new Map<string, string>();
  for (const type of possible) {
    groups.set([...spokenOf].map((types) => (types.has(type) ? 1 : 0)).join(''), type);
  }
  return [...groups.values()];
}

/** Validation has seen that it is there. @throws Error when it is not, so that nothing is free by mistake */
function named<T>(map: ReadonlyMap<string, T>, name: string): T {
  const found = map.get(name);
  if (found === undefined) throw new Error(`nothing is known of what ${name} costs`);
  return found;
}
