import { ERRORS, type ErrorCode } from '@chorus/shared/errors.ts';
import {
  getArgumentValues,
  getNamedType,
  GraphQLNonNull,
  GraphQLString,
  isCompositeType,
  isEnumType,
  isListType,
  isNonNullType,
  isObjectType,
  Kind,
  parse,
  type DirectiveNode,
  type GraphQLNamedType,
  type GraphQLOutputType,
  type OperationDefinitionNode,
} from 'graphql';
import type { Demand } from './demands.ts';
import {
  Denials,
  type Occurrence,
  type ReferenceCaller,
  type ReferenceWorld,
  type Selection,
} from './reference-denials.testing.ts';
import { dataOf, detailsOf, reach, type Fields, type Raw } from './reference-values.testing.ts';

export type { ReferenceCaller, ReferenceWorld } from './reference-denials.testing.ts';

/** What a gateway must answer. */
export interface ReferenceAnswer {
  status: number;
  /** Whether the caller is asked for a second factor by HTTP. */
  challenged: boolean;
  /** Undefined where the answer has none. */
  data: unknown;
  /** Each once for every way in which it may be told. */
  errors: readonly (readonly object[])[];
}

export interface ReferenceQuestion {
  text: string;
  /** Coerced, with defaults. */
  variables: Readonly<Record<string, unknown>>;
}

/**
 * What the rules say of one operation of one caller, worked out slowly: the whole original operation is executed field
 * by field on the whole graph, and a denied field is null there.
 */
export function reference(
  world: ReferenceWorld,
  asked: ReferenceQuestion,
  caller: ReferenceCaller,
): ReferenceAnswer {
  return new Reference(world, asked, caller).answer();
}

class Reference {
  readonly #world: ReferenceWorld;
  readonly #caller: ReferenceCaller;
  readonly #variables: Readonly<Record<string, unknown>>;
  readonly #denials: Denials;
  readonly #operation: OperationDefinitionNode;
  /** What turned out on the way not to be told, by place. */
  readonly #withheld = new Map<string, { at: Occurrence; causes: readonly Demand[] }>();

  constructor(world: ReferenceWorld, { text, variables }: ReferenceQuestion, caller: ReferenceCaller) {
    const document = parse(text);
    const operation = document.definitions.find((node) => node.kind === Kind.OPERATION_DEFINITION);
    if (operation === undefined) throw new Error('no operation');
    this.#world = world;
    this.#caller = caller;
    this.#variables = variables;
    this.#operation = operation;
    this.#denials = new Denials(world, caller, document, variables);
  }

  answer(): ReferenceAnswer {
    const { schema } = this.#world;
    const isMutation = this.#operation.operation === 'mutation';
    const type = isMutation ? schema.getMutationType() : schema.getQueryType();
    const selections = this.#denials.root(this.#operation.selectionSet, type as GraphQLNamedType);
    const root = [...fieldsOf(selections, false)].filter((one) => this.#isLeftIn(one.conditions));
    const denied = this.#denied(selections);
    const refusing = isMutation ? denied.filter(({ path }) => path.length === 1) : [];
    if (refusing.length > 0) return this.#refused(refusing);
    const isNothingLeft =
      root.length > 0 && root.every((one) => one.causes !== undefined || this.#collapses(one));
    if (isNothingLeft && denied.every(({ causes }) => this.#code(causes?.[0]) === 'MFA_REQUIRED'))
      return this.#refused(denied);
    const raw: Fields = this.#object(undefined, type?.name ?? '', selections);
    const places = new Map(denied.map((at) => [placeOf(at), { at, causes: at.causes ?? [] }]));
    for (const [place, withheld] of this.#withheld) if (!places.has(place)) places.set(place, withheld);
    const errors = [...places.values()].map(({ at, causes }) => this.#error(at, causes, raw));
    return { status: 200, challenged: false, data: dataOf(raw), errors };
  }

  #refused(denied: readonly Occurrence[]): ReferenceAnswer {
    const codes = denied.map(({ causes }) => this.#code(causes?.[0]));
    const code = codes.find((one) => one !== 'MFA_REQUIRED') ?? 'MFA_REQUIRED';
    const errors = denied.map((at) => this.#error(at, at.causes ?? [], new Map()));
    return { status: ERRORS[code].status, challenged: code === 'MFA_REQUIRED', data: undefined, errors };
  }

  /** Denied fields that are not below another, one for each place and field. */
  #denied(selections: readonly Selection[]): Occurrence[] {
    const found = new Map<string, Occurrence>();
    for (const one of fieldsOf(selections, true)) {
      if (one.causes === undefined || !this.#isLeftIn(one.conditions)) continue;
      if (!found.has(placeOf(one))) found.set(placeOf(one), one);
    }
    return [...found.values()];
  }

  /** Whether nothing is left to ask of an object, and nothing depends on its being there. */
  #collapses(one: Occurrence): boolean {
    const type = this.#typeOf(one, one.on.name);
    if (!isCompositeType(getNamedType(type)) || isNonNullType(type)) return false;
    if (one.path.length === 1 && this.#operation.operation === 'mutation') return false;
    const { isEmpty, isConditional } = this.#left(one.below);
    return isEmpty && !isConditional;
  }

  #left(selections: readonly Selection[]): { isEmpty: boolean; isConditional: boolean } {
    let isConditional = false;
    for (const one of selections) {
      if (one.kind === 'fragment') {
        const inner = this.#left(one.below);
        if (!inner.isEmpty) return { isEmpty: false, isConditional };
        isConditional ||= inner.isConditional || mayLeaveOut(one.directives);
      } else {
        if (one.causes === undefined && !this.#collapses(one)) return { isEmpty: false, isConditional };
        isConditional ||= mayLeaveOut(one.node.directives ?? []);
      }
    }
    return { isEmpty: true, isConditional };
  }

  #object(value: unknown, type: string, selections: readonly Selection[]): Fields {
    const groups = new Map<string, Occurrence[]>();
    this.#collect(type, selections, groups);
    return new Map([...groups].map(([name, group]) => [name, this.#field(value, type, group)]));
  }

  #collect(type: string, selections: readonly Selection[], groups: Map<string, Occurrence[]>): void {
    for (const one of selections) {
      if (one.kind === 'field') {
        if (this.#isLeftIn(one.node.directives ?? []))
          groups.set(one.name, [...(groups.get(one.name) ?? []), one]);
      } else if (one.types.includes(type) && this.#isLeftIn(one.directives)) {
        this.#collect(type, one.below, groups);
      }
    }
  }

  #field(parent: unknown, on: string, group: readonly Occurrence[]): Raw {
    const allowed = group.filter(({ causes }) => causes === undefined);
    const [first] = allowed.filter((one) => !this.#collapses(one));
    const [any] = group;
    if (first === undefined)
      return { type: any === undefined ? GraphQLString : this.#typeOf(any, on), value: null };
    const type = this.#typeOf(first, on);
    if (first.node.name.value === '__typename') return this.#leaf(first, type, on, on);
    const definition = this.#denials.field(on, first.node.name.value);
    if (definition === undefined) throw new Error(`no field ${on}.${first.node.name.value}`);
    const args = getArgumentValues(definition, first.node, this.#variables);
    const value = this.#world.resolve(parent, on, definition.name, args);
    return this.#value(
      value,
      type,
      first,
      allowed.flatMap(({ below }) => below),
    );
  }

  #value(value: unknown, type: GraphQLOutputType, at: Occurrence, below: readonly Selection[]): Raw {
    if (isNonNullType(type)) return { ...this.#value(value, type.ofType, at, below), type };
    if (value === null || value === undefined) return { type, value: null };
    if (isListType(type)) {
      const items = value as readonly unknown[];
      return { type, value: items.map((item) => this.#value(item, type.ofType, at, below)) };
    }
    if (isEnumType(type)) return this.#leaf(at, type, value, `${type.name}.${value as string}`);
    if (!isCompositeType(type)) return { type, value: { leaf: value } };
    const runtime = isObjectType(type) ? type.name : this.#world.typeOf(value);
    return { type, value: this.#object(value, runtime, below) };
  }

  #leaf(at: Occurrence, type: GraphQLOutputType, leaf: unknown, coordinate: string): Raw {
    const isFree = at.path.length === 1 && at.node.name.value === '__typename';
    const causes = isFree ? [] : this.#denials.untold(coordinate);
    if (causes.length === 0) return { type, value: { leaf } };
    this.#withheld.set(placeOf(at), { at, causes });
    return { type, value: null };
  }

  #typeOf = ({ node }: Occurrence, on: string): GraphQLOutputType =>
    this.#denials.field(on, node.name.value)?.type ?? new GraphQLNonNull(GraphQLString);

  #isLeftIn = (directives: readonly DirectiveNode[]): boolean =>
    directives.every((node) => valueOf(node, this.#variables) === (node.name.value === 'include'));

  #error(at: Occurrence, causes: readonly Demand[], raw: Fields): readonly object[] {
    const path = at.path.slice(0, reach(at.path, raw) || 1);
    const affected = path.length === at.path.length ? {} : { affectedPath: at.path.join('.') };
    return causes.map((cause) => {
      const code = this.#code(cause);
      return { code, message: ERRORS[code].message, path, ...affected, ...detailsOf(cause, code) };
    });
  }

  #code(cause: Demand | undefined): ErrorCode {
    if (cause?.kind === 'feature') return 'FEATURE_DISABLED';
    if (this.#caller.anonymous) return 'UNAUTHENTICATED';
    return cause?.kind === 'mfa' ? 'MFA_REQUIRED' : 'FORBIDDEN';
  }
}

const placeOf = ({ on, node, path }: Occurrence): string => `${on.name}.${node.name.value} ${path.join('.')}`;

/** The fields of a selection set, fragments written out; with what is below allowed ones or without. */
function* fieldsOf(selections: readonly Selection[], isDeep: boolean): Generator<Occurrence> {
  for (const one of selections) {
    if (one.kind === 'fragment') yield* fieldsOf(one.below, isDeep);
    else {
      yield one;
      if (isDeep && one.causes === undefined) yield* fieldsOf(one.below, isDeep);
    }
  }
}

/** The value of `if`. */
function valueOf(
  { arguments: given = [] }: DirectiveNode,
  variables: Readonly<Record<string, unknown>>,
): boolean {
  const value = given[0]?.value;
  if (value?.kind === Kind.VARIABLE) return variables[value.name.value] === true;
  return value?.kind === Kind.BOOLEAN && value.value;
}

/** Whether a directive leaves its element out, or could with other variables. */
const mayLeaveOut = (directives: readonly DirectiveNode[]): boolean =>
  directives.some((node) => {
    const isVariable = node.arguments?.[0]?.value.kind === Kind.VARIABLE;
    return isVariable || valueOf(node, {}) !== (node.name.value === 'include');
  });
