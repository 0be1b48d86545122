import {
  getNamedType,
  isListType,
  isNonNullType,
  isObjectType,
  type GraphQLNamedType,
  type GraphQLOutputType,
  type GraphQLSchema,
} from 'graphql';
import { applies, type Variables } from './conditions.ts';
import type { Denial } from './failing.ts';
import type { FieldEntry, SelectionTree } from './tree.ts';
import type { Variant } from './variant.ts';

type Data = Record<string, unknown>;

export interface Completed {
  data: Data | null;
  /** What was there and may not be told: a type's name, an enum value or an object that does not exist. */
  withheld: readonly Denial[];
  /** Every field there was a place for, before null bubbled. */
  placed: ReadonlySet<FieldEntry>;
}

/** What one object is to show under one response name, gathered from all its occurrences. */
interface Shown {
  entry: FieldEntry;
  /** Whether an occurrence was sent, so that there is a value to show. */
  sent: boolean;
  /** Whether an occurrence was left out for having nothing left, so that what it asked for below is missing. */
  partly: boolean;
  below: SelectionTree[];
}

/** The field a value is of, with all that was asked for below it, and the type of the object that has it. */
interface Place {
  entry: FieldEntry;
  below: readonly SelectionTree[];
  on: string;
}

/** Stands for a null that its place does not take. */
const BUBBLES = Symbol('bubbles');

/**
 * The client's answer from what was fetched for a variant: denied fields are null where they stand, in the order of the
 * client's document, and null bubbles as the GraphQL specification says.
 */
export function complete(
  data: Data,
  variant: Variant,
  context: { schema: GraphQLSchema; variables: Variables },
): Completed {
  const completion = new Completion(variant, context.schema, context.variables);
  const done = completion.object(data, [variant.tree], variant.tree.types[0] ?? '');
  return {
    data: done === BUBBLES ? null : done,
    withheld: [...completion.withheld.values()],
    placed: completion.placed,
  };
}

class Completion {
  readonly withheld = new Map<FieldEntry, Denial>();
  readonly placed = new Set<FieldEntry>();
  readonly #variant: Variant;
  readonly #schema: GraphQLSchema;
  readonly #variables: Variables;

  constructor(variant: Variant, schema: GraphQLSchema, variables: Variables) {
    this.#variant = variant;
    this.#schema = schema;
    this.#variables = variables;
  }

  object(data: Data, trees: readonly SelectionTree[], type: string): Data | typeof BUBBLES {
    const shown = new Map<string, Shown>();
    for (const tree of trees) this.#gather(tree, type, shown);
    const done: Data = {};
    let bubbles = false;
    // What comes after a null that bubbles is looked at all the same, since each denial is told.
    for (const [name, field] of shown) {
      const value = this.#field(Object.hasOwn(data, name) ? data[name] : null, field, type);
      bubbles ||= value === BUBBLES;
      // Plain assignment of `__proto__` would set the prototype.
      Object.defineProperty(done, name, { value, enumerable: true, writable: true, configurable: true });
    }
    return bubbles ? BUBBLES : done;
  }

  /** As the specification collects fields: in the order of the document, equal names together. */
  #gather(tree: SelectionTree, type: string, shown: Map<string, Shown>): void {
    for (const entry of tree.entries) {
      if (entry.kind === 'fragment') {
        const meets = entry.below.types.includes(type);
        if (meets && applies(entry.directives, this.#variables)) this.#gather(entry.below, type, shown);
        continue;
      }
      if (!applies(entry.node.directives ?? [], this.#variables)) continue;
      this.placed.add(entry);
      this.#show(entry, shown);
    }
  }

  #show(entry: FieldEntry, shown: Map<string, Shown>): void {
    const denied = this.#variant.denied.has(entry);
    const partly = this.#variant.collapsed.has(entry);
    const sent = !denied && !partly;
    // What a denied occurrence asks for below is nothing to those that are not.
    const below = denied || entry.below === undefined ? [] : [entry.below];
    const found = shown.get(entry.name);
    if (found === undefined) {
      shown.set(entry.name, { entry, sent, partly, below });
      return;
    }
    if (sent && !found.sent) found.entry = entry;
    found.sent ||= sent;
    found.partly ||= partly;
    found.below.push(...below);
  }

  #field(value: unknown, { entry, sent, partly, below }: Shown, type: string): unknown {
    const fieldType = this.#typeOf(entry, type);
    if (!sent || value === null || value === undefined) return isNonNullType(fieldType) ? BUBBLES : null;
    const isLeft = !partly && below.every((tree) => !this.#variant.touched.has(tree));
    if (isLeft && entry.names.size === 0 && entry.values.size === 0) return value;
    return this.#value(value, fieldType, { entry, below, on: type });
  }

  /** Types of an implementer can be narrower than those of its interface. */
  #typeOf({ node, type }: FieldEntry, on: string): GraphQLOutputType {
    const holder = this.#schema.getType(on);
    return (isObjectType(holder) ? holder.getFields()[node.name.value]?.type : undefined) ?? type;
  }

  #value(value: unknown, type: GraphQLOutputType, at: Place): unknown {
    if (isNonNullType(type)) {
      const inner = this.#value(value, type.ofType, at);
      return inner === null ? BUBBLES : inner;
    }
    if (value === null || value === undefined) return null;
    const inner = isListType(type)
      ? this.#list(value, type.ofType, at)
      : this.#single(value, getNamedType(type), at);
    return inner === BUBBLES ? null : inner;
  }

  #list(value: unknown, type: GraphQLOutputType, at: Place): unknown {
    if (!Array.isArray(value)) return null;
    const items = value.map((item: unknown) => this.#value(item, type, at));
    return items.includes(BUBBLES) ? BUBBLES : items;
  }

  #single(value: unknown, type: GraphQLNamedType, { entry, below, on }: Place): unknown {
    if (below.length === 0) return this.#leaf(value, entry, on);
    if (typeof value !== 'object' || value === null) return null;
    const runtime = this.#runtimeType(value as Data, type, below);
    if (runtime === undefined) return null;
    for (const tree of below) {
      const gone = this.#failing(tree.hidden.get(runtime));
      if (gone !== undefined) return this.#withhold(entry, gone);
    }
    return this.object(value as Data, below, runtime);
  }

  /** Undefined for an object that does not tell what it is: then nobody can say what of it may be shown. */
  #runtimeType(value: Data, type: GraphQLNamedType, below: readonly SelectionTree[]): string | undefined {
    if (isObjectType(type)) return type.name;
    const [only, second] = below[0]?.types ?? [];
    if (second === undefined) return only;
    const { typename } = this.#variant;
    const told = Object.hasOwn(value, typename) ? value[typename] : undefined;
    return typeof told === 'string' ? told : undefined;
  }

  #leaf(value: unknown, entry: FieldEntry, on: string): unknown {
    const failed = this.#failing(entry.values.get(String(value)) ?? entry.names.get(on));
    return failed === undefined ? value : this.#withhold(entry, failed);
  }

  #failing(demands: readonly number[] | undefined): number | undefined {
    return demands === undefined ? undefined : this.#variant.failing.first(demands);
  }

  #withhold(entry: FieldEntry, failed: number): null {
    this.withheld.set(entry, { entry, failed });
    return null;
  }
}
