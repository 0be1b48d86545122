import type { Call } from '../request.ts';
import type { Scope } from '../scope.ts';
import type { SubgraphFetch } from '../transport/transport.ts';
import type { Keeping } from './ask.ts';
import type { FieldStore } from './field-store.ts';
import { ROOT } from './kept-fetch.ts';
import type { KeptField } from './kept-field.ts';
import type { KeptRecord, KeptValue } from './kept-value.ts';

/** Kept in place of the fields of an entity that does not exist. */
export const NOTHING = Symbol('nothing');
/** Not kept, or not any more. */
export const MISSING = Symbol('missing');

/** Where the values of one scope are kept for a caller. */
export interface Shelf {
  owner: string;
  /** The beginning of every record's name. */
  prefix: string;
}

/** One object a fetch asks for, with what is kept of it. */
export interface Looked {
  fields: readonly KeptField[];
  /** By field, also what is too old. */
  kept: readonly (KeptValue | undefined)[];
  /** By field: a value, NOTHING or MISSING. */
  values: readonly unknown[];
  isComplete: boolean;
}

/** How a fetch's fields are found in the store. */
export interface Finding {
  /** What tells the object from others of its subgraph, in the order of the request. */
  names: readonly string[];
  types: readonly string[];
  shelfOf: (scope: Scope) => Shelf | undefined;
  /** A field with the values of its variables. */
  keyOf: (field: KeptField) => string;
}

/** Prepares what all objects of a fetch have in common. */
export function finding(
  { subgraph, call }: SubgraphFetch,
  { represented, variable }: Keeping,
  generation: string,
): Finding {
  const shelves = new Map<Scope, Shelf | undefined>();
  const keys = new Map<KeptField, string>();
  return {
    names: represented?.texts ?? [ROOT],
    types: represented?.types ?? [ROOT],
    shelfOf: (scope) => {
      if (!shelves.has(scope)) shelves.set(scope, shelfFor(call, scope, `${generation}\n${subgraph}`));
      return shelves.get(scope);
    },
    keyOf: (field) => {
      if (field.variables.length === 0) return field.text;
      let key = keys.get(field);
      if (key === undefined) keys.set(field, (key = `${field.text} ${field.variables.map(variable).join()}`));
      return key;
    },
  };
}

function shelfFor({ keptFor }: Call, scope: Scope, place: string): Shelf | undefined {
  const kept = keptFor(scope);
  return kept && { owner: kept.owner, prefix: `${kept.sharers}\n${place}\n` };
}

/** When something is looked up, in moments as of `KeptValue`. */
export interface Moment {
  now: number;
  /** What was asked for before it may be wrong without anybody having heard of it. */
  heardSince: number;
}

/** What is kept of one object. */
export function lookUp(
  store: Pick<FieldStore, 'find'>,
  fields: readonly KeptField[],
  name: string,
  { shelfOf, keyOf }: Finding,
  { now, heardSince }: Moment,
): Looked {
  const records = new Map<Shelf, KeptRecord | undefined>();
  const kept = fields.map((field) => {
    // What a subgraph called private may have been public before, and the other way round.
    let newest: KeptValue | undefined;
    for (const scope of field.scopes) {
      const shelf = shelfOf(scope);
      if (shelf === undefined) continue;
      if (!records.has(shelf)) records.set(shelf, store.find(shelf.owner, shelf.prefix + name));
      const one = records.get(shelf)?.get(keyOf(field));
      if (one !== undefined && (newest === undefined || one.askedAt >= newest.askedAt)) newest = one;
    }
    return newest;
  });
  const values = kept.map((one) =>
    one !== undefined && now < one.staleUntil && one.askedAt >= heardSince ? one.value : MISSING,
  );
  // An object that did not exist is only known not to when nothing says otherwise.
  const isNothing = values.every((value) => value === NOTHING);
  const known = isNothing ? values : values.map((value) => (value === NOTHING ? MISSING : value));
  const whole = isTorn(fields, kept, known)
    ? known.map((value, at) => (fields[at]?.feeds === true ? MISSING : value))
    : known;
  return { fields, kept, values: whole, isComplete: !whole.includes(MISSING) };
}

/** Whether what others are worked out from is not all there, or not all of one moment. */
function isTorn(fields: readonly KeptField[], kept: Looked['kept'], values: Looked['values']): boolean {
  let moment: number | undefined;
  for (const [at, { feeds }] of fields.entries()) {
    if (!feeds) continue;
    const askedAt = kept[at]?.askedAt;
    if (values[at] === MISSING || askedAt !== (moment ??= askedAt)) return true;
  }
  return false;
}

/** Whether a value is served although it should be newer. */
export const isStale = ({ freshUntil, staleUntil }: KeptValue, now: number): boolean =>
  now >= freshUntil && now < staleUntil;
