import type { ErrorCode } from '@chorus/shared/errors.ts';
import { isNonNullType, type GraphQLOutputType } from 'graphql';
import type { Demand } from './demands.ts';

/** A value before null bubbled. */
export interface Raw {
  type: GraphQLOutputType;
  value: null | { leaf: unknown } | Raw[] | Fields;
}
/** An object before null bubbled. */
export type Fields = Map<string, Raw>;

class Null extends Error {}

/** How much of a path there is, as far as no list is in the way. */
export function reach(path: readonly string[], raw: Fields): number {
  let here: Raw['value'] = raw;
  for (const [length, name] of path.entries()) {
    const next: Raw | undefined = here instanceof Map ? here.get(name) : undefined;
    if (next === undefined) return length;
    here = next.value;
  }
  return path.length;
}

function nullWhere<T>(make: () => T): T | null {
  try {
    return make();
  } catch (error) {
    if (error instanceof Null) return null;
    throw error;
  }
}

/** As JSON, null taken to where it may be. */
function objectOf(fields: Fields): object {
  const object = {};
  for (const [name, raw] of fields)
    Object.defineProperty(object, name, { value: jsonOf(raw), enumerable: true });
  return object;
}

function jsonOf({ type, value }: Raw): unknown {
  const json = value === null ? null : nullWhere(() => plain(value));
  if (json === null && isNonNullType(type)) throw new Null();
  return json;
}

function plain(value: NonNullable<Raw['value']>): unknown {
  if (Array.isArray(value)) return value.map(jsonOf);
  return value instanceof Map ? objectOf(value) : value.leaf;
}

/** The data of an answer, null taken to where it may be. */
export const dataOf = (root: Fields): object | null => nullWhere(() => objectOf(root));

/** What an error tells besides its code. */
export function detailsOf(cause: Demand, code: ErrorCode): object {
  if (cause.kind === 'feature') return cause.mode === 'hide' ? {} : { feature: cause.flag };
  if (cause.kind !== 'mfa' || code !== 'MFA_REQUIRED') return {};
  return { stepUp: cause.maxAge === undefined ? {} : { maxAge: cause.maxAge } };
}
