import { ERRORS } from '@chorus/shared/errors.ts';
import {
  getNamedType,
  isEnumType,
  isInterfaceType,
  isListType,
  isNonNullType,
  isObjectType,
  Kind,
  type DocumentNode,
  type GraphQLNamedType,
  type GraphQLOutputType,
  type GraphQLSchema,
  type OperationDefinitionNode,
  type SelectionSetNode,
} from 'graphql';
import type { Fetched, InnerError } from '../fetched.ts';

type Data = Record<string, unknown>;
type Path = readonly (string | number)[];
type Absent = ReadonlyMap<string, ReadonlySet<string>>;

/** Response names below which an enum can hold a value that is not to be told. */
type Places = ReadonlyMap<string, Place>;

interface Place {
  type: GraphQLOutputType;
  /** The values of an enum that are not to be told. */
  absent: ReadonlySet<string> | undefined;
  below: Places;
}

/** Takes out of what was fetched the enum values that a contract does not have: they are null, with an error. */
export type WithholdValues = (
  fetched: Fetched,
  asked: { document: DocumentNode; operation: OperationDefinitionNode },
) => Fetched;

/** Undefined when the contract has every value of its enums. */
export function withholdValues(api: GraphQLSchema, contract: GraphQLSchema): WithholdValues | undefined {
  const absent = absentValues(api, contract);
  if (absent.size === 0) return undefined;
  const known = new WeakMap<OperationDefinitionNode, Places>();
  return (fetched, { document, operation }) => {
    let places = known.get(operation);
    if (places === undefined) known.set(operation, (places = placesIn(operation, document, api, absent)));
    if (places.size === 0 || fetched.data === null || fetched.data === undefined) return fetched;
    const withholding = new Withholding();
    const data = withholding.object(fetched.data, places, []);
    const { errors } = withholding;
    if (errors.length === 0) return fetched;
    return {
      ...fetched,
      data: data === BUBBLES ? null : data,
      errors: [...(fetched.errors ?? []), ...errors],
    };
  };
}

function absentValues(api: GraphQLSchema, contract: GraphQLSchema): Absent {
  return new Map(
    Object.values(contract.getTypeMap()).flatMap((type) => {
      const whole = api.getType(type.name);
      if (!isEnumType(type) || !isEnumType(whole) || whole === type) return [];
      const kept = new Set(type.getValues().map(({ name }) => name));
      const gone = whole.getValues().filter(({ name }) => !kept.has(name));
      return [[type.name, new Set(gone.map(({ name }) => name))] as const];
    }),
  );
}

/** A selection set and the type it is written on. */
type Selected = readonly [set: SelectionSetNode, on: GraphQLNamedType | undefined];

function placesIn(
  { operation, selectionSet }: OperationDefinitionNode,
  { definitions }: DocumentNode,
  api: GraphQLSchema,
  absent: Absent,
): Places {
  const fragments = new Map(
    definitions.flatMap((node) =>
      node.kind === Kind.FRAGMENT_DEFINITION ? [[node.name.value, node] as const] : [],
    ),
  );

  const places = (selected: readonly Selected[]): Places => {
    const found = new Map<string, { type: GraphQLOutputType; sets: Selected[] }>();
    const gather = ([{ selections }, on]: Selected): void => {
      for (const node of selections) {
        if (node.kind !== Kind.FIELD) {
          const fragment = node.kind === Kind.FRAGMENT_SPREAD ? fragments.get(node.name.value) : node;
          const condition = fragment?.typeCondition?.name.value;
          if (fragment !== undefined)
            gather([fragment.selectionSet, condition === undefined ? on : api.getType(condition)]);
          continue;
        }
        const type =
          isObjectType(on) || isInterfaceType(on) ? on.getFields()[node.name.value]?.type : undefined;
        if (type === undefined) continue;
        const name = (node.alias ?? node.name).value;
        const field = found.get(name) ?? { type, sets: [] };
        found.set(name, field);
        if (node.selectionSet !== undefined) field.sets.push([node.selectionSet, getNamedType(type)]);
      }
    };
    for (const one of selected) gather(one);
    return new Map(
      [...found].flatMap(([name, { type, sets }]) => {
        const place = { type, absent: absent.get(getNamedType(type).name), below: places(sets) };
        return place.absent === undefined && place.below.size === 0 ? [] : [[name, place] as const];
      }),
    );
  };
  const root = operation === 'mutation' ? api.getMutationType() : api.getQueryType();
  return places([[selectionSet, root ?? undefined]]);
}

/** Stands for a null that its place does not take. */
const BUBBLES = Symbol('bubbles');

class Withholding {
  readonly errors: InnerError[] = [];

  object(data: Data, places: Places, path: Path): Data | typeof BUBBLES {
    const entries = Object.entries(data).map(([name, value]) => {
      const place = places.get(name);
      const shown = place === undefined ? value : this.#value(value, place.type, place, [...path, name]);
      return [name, shown] as const;
    });
    return entries.some(([, value]) => value === BUBBLES) ? BUBBLES : Object.fromEntries(entries);
  }

  #value(value: unknown, type: GraphQLOutputType, place: Place, path: Path): unknown {
    if (isNonNullType(type)) return this.#value(value, type.ofType, place, path) ?? BUBBLES;
    if (value === null || value === undefined) return null;
    if (isListType(type)) {
      const items = Array.isArray(value) ? (value as unknown[]) : [];
      const done = items.map((item, index) => this.#value(item, type.ofType, place, [...path, index]));
      return done.includes(BUBBLES) ? null : done;
    }
    if (typeof value === 'string' && place.absent?.has(value) === true) {
      const { message } = ERRORS.FORBIDDEN;
      this.errors.push({ message, path, extensions: { code: 'FORBIDDEN' } });
      return null;
    }
    if (place.below.size === 0) return value;
    const done = this.object(value as Data, place.below, path);
    return done === BUBBLES ? null : done;
  }
}
