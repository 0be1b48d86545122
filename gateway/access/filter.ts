import {
  isNonNullType,
  Kind,
  type DirectiveNode,
  type FieldNode,
  type InlineFragmentNode,
  type SelectionNode,
} from 'graphql';
import { mayLeaveOut } from './conditions.ts';
import type { Denial, Failing } from './failing.ts';
import { fieldsIn, type FieldEntry, type FragmentEntry, type SelectionTree } from './tree.ts';

/** What is left of an operation, and what is not. */
export interface Filtered {
  selections: readonly SelectionNode[];
  /** `__schema` and `__type` of the root, which no subgraph is asked for. */
  introspection: readonly SelectionNode[];
  denied: ReadonlyMap<FieldEntry, Denial>;
  /** Fields that are left out only because nothing below them is left. */
  collapsed: ReadonlySet<FieldEntry>;
  /** Trees whose objects have to be completed after the fetch. */
  touched: ReadonlySet<SelectionTree>;
  /** Whether the operation is to be run as anything else than it was sent. */
  changed: boolean;
}

/** Takes out of a tree what the failing demands deny; `typename` is the alias under which types are asked for. */
export function filterTree(tree: SelectionTree, failing: Failing, typename: string): Filtered {
  const filter = new Filter(failing, typename);
  const selections = filter.set(tree, true);
  return {
    selections: selections.kept,
    introspection: filter.introspection,
    denied: filter.denied,
    collapsed: filter.collapsed,
    touched: filter.touched,
    changed: filter.changed,
  };
}

interface Kept {
  kept: readonly SelectionNode[];
  /** Something that a directive could have left out is gone, so an empty object is a possible answer. */
  conditionally: boolean;
}

class Filter {
  readonly denied = new Map<FieldEntry, Denial>();
  readonly collapsed = new Set<FieldEntry>();
  readonly touched = new Set<SelectionTree>();
  readonly introspection: SelectionNode[] = [];
  changed = false;
  readonly #failing: Failing;
  readonly #typename: FieldNode;

  constructor(failing: Failing, typename: string) {
    this.#failing = failing;
    this.#typename = {
      kind: Kind.FIELD,
      alias: { kind: Kind.NAME, value: typename },
      name: { kind: Kind.NAME, value: '__typename' },
    };
  }

  set(tree: SelectionTree, isRoot = false): Kept {
    if (tree.types.length === 0) return this.#impossible(tree);
    const kept: SelectionNode[] = [];
    let conditionally = false;
    for (const entry of tree.entries) {
      const one =
        entry.kind === 'field' ? this.#field(entry, tree, isRoot) : this.#fragment(entry, tree, isRoot);
      kept.push(...one.kept);
      conditionally ||= one.conditionally;
    }
    if (tree.types.length < 2 || kept.length === 0) return { kept, conditionally };
    this.touched.add(tree);
    return { kept: this.#told(tree, kept), conditionally };
  }

  /** What no object can be is never there to be denied. The planner may send it all the same, so it goes. */
  #impossible(tree: SelectionTree): Kept {
    const fails = (entry: FieldEntry) => this.#failing.field(entry, []) !== undefined;
    if ([...fieldsIn(tree)].some(fails)) this.changed = true;
    return { kept: [], conditionally: true };
  }

  /** Completion goes by type, so objects tell theirs; types that do not exist are not asked anything else. */
  #told(tree: SelectionTree, kept: SelectionNode[]): SelectionNode[] {
    const { types } = tree;
    const gone = this.#gone(tree);
    if (gone.size === 0) return [...kept, this.#typename];
    this.changed = true;
    const left = types.filter((type) => !gone.has(type));
    return [this.#typename, ...left.map((type) => fragmentOn(type, kept))];
  }

  #gone({ hidden }: SelectionTree): Set<string> {
    if (hidden.size === 0) return new Set();
    return new Set(
      [...hidden].flatMap(([type, demands]) => (this.#failing.first(demands) === undefined ? [] : [type])),
    );
  }

  #fragment({ condition, directives, below }: FragmentEntry, parent: SelectionTree, isRoot: boolean): Kept {
    const inner = this.set(below, isRoot);
    if (this.touched.has(below)) this.touched.add(parent);
    const conditionally = inner.conditionally || (inner.kept.length === 0 && mayLeaveOut(directives));
    if (inner.kept.length === 0) return { kept: [], conditionally };
    const node: InlineFragmentNode = {
      kind: Kind.INLINE_FRAGMENT,
      ...(condition === undefined ? {} : { typeCondition: condition }),
      directives,
      selectionSet: { kind: Kind.SELECTION_SET, selections: inner.kept },
    };
    return { kept: [node], conditionally: inner.conditionally };
  }

  #change(tree: SelectionTree): void {
    this.changed = true;
    this.touched.add(tree);
  }

  #field(entry: FieldEntry, parent: SelectionTree, isRoot: boolean): Kept {
    const { node, below } = entry;
    const isConditional = mayLeaveOut(node.directives ?? []);
    if (isRoot && (node.name.value === '__schema' || node.name.value === '__type')) {
      this.introspection.push(conditioned(entry));
      this.#change(parent);
      return { kept: [], conditionally: isConditional };
    }
    const failed = this.#failing.field(entry, parent.types);
    if (failed !== undefined) {
      this.denied.set(entry, { entry, failed });
      this.#change(parent);
      return { kept: [], conditionally: isConditional };
    }
    if (this.#failing.anyOf(entry.names) || this.#failing.anyOf(entry.values)) this.#change(parent);
    if (below === undefined) return { kept: [node], conditionally: false };
    const inner = this.set(below);
    if (this.touched.has(below)) this.touched.add(parent);
    if (inner.kept.length > 0) return { kept: [selecting(node, inner.kept)], conditionally: false };
    if (!inner.conditionally && !isNonNullType(entry.type) && !(isRoot && this.#failing.mutation)) {
      this.collapsed.add(entry);
      this.#change(parent);
      return { kept: [], conditionally: isConditional };
    }
    // The type that is asked instead is no part of the answer.
    this.touched.add(below).add(parent);
    return { kept: [selecting(node, [this.#typename])], conditionally: false };
  }
}

const selecting = (node: FieldNode, selections: readonly SelectionNode[]): FieldNode => ({
  ...node,
  selectionSet: { kind: Kind.SELECTION_SET, selections },
});

const fragmentOn = (type: string, selections: readonly SelectionNode[]): InlineFragmentNode => ({
  kind: Kind.INLINE_FRAGMENT,
  typeCondition: { kind: Kind.NAMED_TYPE, name: { kind: Kind.NAME, value: type } },
  selectionSet: { kind: Kind.SELECTION_SET, selections },
});

/** The field at the root, under all the conditions that were around it. */
function conditioned({ node, conditions }: FieldEntry): SelectionNode {
  const around = conditions.filter((directive) => !(node.directives ?? []).includes(directive));
  return around.reduceRight<SelectionNode>(
    (inner, directive: DirectiveNode) => ({
      kind: Kind.INLINE_FRAGMENT,
      directives: [directive],
      selectionSet: { kind: Kind.SELECTION_SET, selections: [inner] },
    }),
    node,
  );
}
