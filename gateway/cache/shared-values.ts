import type { Scope } from '../scope.ts';
import type { FieldStore } from './field-store.ts';
import type { KeptField } from './kept-field.ts';
import type { About, KeptValue } from './kept-value.ts';
import { MISSING } from './look-up.ts';
import type { Partly } from './partly.ts';
import type { TagFormats } from './tags.ts';

/** A value that is not in memory. */
export interface Wanted {
  owner: string;
  record: string;
  about: About;
  /** Its name in the record. */
  key: string;
  field: KeptField;
  /** Whom it would be kept for. */
  scope: Scope;
}

/** A moment between two invalidations that all gateways number alike. */
export interface Mark {
  /** Of the numbers. */
  era: string;
  /** The last invalidation before it. */
  since: string;
}

/** Values that several gateways have in common; whatever is the matter with them, they are only not there. */
export interface SharedValues {
  /** Now, for what is asked for next; undefined while nothing can be shared. */
  mark: () => Mark | undefined;
  /** What others have kept and nothing has invalidated, in the order of what is wanted. */
  find: (wanted: readonly Wanted[], tags: TagFormats) => Promise<readonly (KeptValue | undefined)[]>;
  /** Keeps the values of a record for others, behind everything else. */
  add: (
    owner: string,
    record: string,
    values: ReadonlyMap<string, KeptValue>,
    mark: Mark | undefined,
  ) => void;
}

/** Brings what a fetch lacks and others have kept into the store; tells whether there was any of it. */
export async function takeShared(
  partly: Partly,
  { find }: SharedValues,
  store: FieldStore,
  tags: TagFormats,
): Promise<boolean> {
  const wanted = partly.asked.map((index) => wantedOf(index, partly));
  if (wanted.every((ofObject) => ofObject.length === 0)) return false;
  // What is invalidated from now on has to be known to the store.
  const since = store.invalidations;
  const found = await find(wanted.flat(), tags);
  let [from, isAny] = [0, false];
  for (const ofObject of wanted) {
    for (const [{ owner, record, about, key }, value] of usable(ofObject, found.slice(from), store)) {
      store.add(owner, { record, about, values: new Map([[key, value]]), since });
      isAny = true;
    }
    from += ofObject.length;
  }
  return isAny;
}

/** What one object lacks, for everybody it may be kept for. */
function wantedOf(index: number, { fetch, found, looked }: Partly): Wanted[] {
  const { fields, values } = looked[index] ?? { fields: [], values: [] };
  const name = found.names[index] ?? '';
  const about = { subgraph: fetch.subgraph, type: found.types[index] ?? '', name };
  return fields.flatMap((field, at) =>
    values[at] !== MISSING
      ? []
      : field.scopes.flatMap((scope): Wanted[] => {
          const shelf = found.shelfOf(scope);
          if (shelf === undefined) return [];
          const { owner, prefix } = shelf;
          return [{ owner, record: prefix + name, about, key: found.keyOf(field), field, scope }];
        }),
  );
}

/** What was found of one object and is newer than what is in memory. */
function usable(
  wanted: readonly Wanted[],
  found: readonly (KeptValue | undefined)[],
  store: FieldStore,
): [Wanted, KeptValue][] {
  const newer: [Wanted, KeptValue][] = [];
  for (const [at, one] of wanted.entries()) {
    const value = found[at];
    const known = store.find(one.owner, one.record)?.get(one.key);
    if (value !== undefined && (known === undefined || known.askedAt < value.askedAt))
      newer.push([one, value]);
  }
  // What others are worked out from is of one moment, or asked for.
  const feeding = new Set(wanted.filter(({ field }) => field.feeds).map(({ field }) => field));
  const feeds = newer.filter(([{ field }]) => field.feeds);
  const isOfOneMoment =
    feeds.length === feeding.size && new Set(feeds.map(([, { askedAt }]) => askedAt)).size <= 1;
  return isOfOneMoment ? newer : newer.filter(([{ field }]) => !field.feeds);
}
