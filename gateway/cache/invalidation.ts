import { isDeepStrictEqual } from 'node:util';
import { AppError } from '@chorus/shared/errors.ts';
import type { Invalidation } from '@chorus/shared/invalidation.ts';
import { isData, own, type Data } from '../data.ts';
import type { Matches } from './kept-value.ts';
import type { TagFormats } from './tags.ts';

const MOST_AT_ONCE = 100;
const FIELDS: Readonly<Record<string, Readonly<Record<string, (value: unknown) => boolean>>>> = {
  subgraph: { subgraph: isText },
  type: { subgraph: isText, type: isText },
  entity: { subgraph: isText, type: isText, key: (value) => isData(value) && Object.keys(value).length > 0 },
  cache_tag: {
    subgraphs: (value) => Array.isArray(value) && value.length > 0 && value.every(isText),
    cache_tag: isText,
  },
};

function isText(value: unknown): boolean {
  return typeof value === 'string' && value !== '';
}

/** @throws AppError BAD_REQUEST saying what is wrong */
export function readInvalidations(body: unknown): Invalidation[] {
  if (!Array.isArray(body)) throw wrong('Send a list of invalidations.');
  if (body.length > MOST_AT_ONCE) throw wrong(`Send at most ${MOST_AT_ONCE} invalidations at once.`);
  for (const [index, one] of body.entries()) {
    const problem = problemOf(one);
    if (problem !== undefined) throw wrong(`Invalidation ${index}: ${problem}.`);
  }
  return body as Invalidation[];
}

/** Whether another gateway could have meant it; it may name a tag of any subgraph. */
export const isInvalidation = (one: unknown): one is Invalidation =>
  problemOf(one) === undefined ||
  (isData(one) &&
    !Object.hasOwn(one, 'subgraphs') &&
    problemOf({ ...one, subgraphs: ['any'] }) === undefined);

const wrong = (message: string) => new AppError('BAD_REQUEST', message);

function problemOf(one: unknown): string | undefined {
  if (!isData(one)) return 'it must be an object';
  const kind = own(one, 'kind');
  const fields =
    typeof kind === 'string' ? (own(FIELDS, kind) as (typeof FIELDS)[string] | undefined) : undefined;
  if (fields === undefined) return `kind is one of ${Object.keys(FIELDS).join(', ')}`;
  const unknown = Object.keys(one).find((name) => name !== 'kind' && !Object.hasOwn(fields, name));
  if (unknown !== undefined) return `${kind as string} has no field ${JSON.stringify(unknown.slice(0, 60))}`;
  const wrong = Object.entries(fields).find(([name, isRight]) => !isRight(own(one, name)));
  return wrong && `${wrong[0]} is missing or wrong`;
}

/** Tells which values are concerned; where that cannot be known exactly, more rather than fewer. */
export function matchesOf(one: Invalidation, tags: TagFormats): Matches {
  switch (one.kind) {
    case 'subgraph':
      return ({ subgraph }) => subgraph === one.subgraph;
    case 'type':
      return ({ subgraph, type }, { below }) =>
        subgraph === one.subgraph && (type === one.type || below.has(one.type));
    case 'entity':
      return ({ subgraph, type, name }, { below }) =>
        subgraph === one.subgraph && ((type === one.type && hasKey(name, one.key)) || below.has(one.type));
    case 'cache_tag': {
      const matches = matchesTag(one.cache_tag, tags);
      const { subgraphs } = one;
      if (subgraphs === undefined) return matches;
      return (about, value) => subgraphs.includes(about.subgraph) && matches(about, value);
    }
  }
}

/** The same for a tag of any subgraph. */
function matchesTag(tag: string, tags: TagFormats): Matches {
  const known = new Map<string, readonly string[]>();
  const making = (subgraph: string) => {
    let types = known.get(subgraph);
    if (types === undefined) known.set(subgraph, (types = [...tags.making(subgraph, tag)]));
    return types;
  };
  // Which objects stand within a value is not known, only of which types they are.
  return ({ subgraph }, { tags: own, below }) =>
    own.includes(tag) || making(subgraph).some((type) => below.has(type));
}

/** Whether a representation has these values. */
function hasKey(name: string, key: Data): boolean {
  const representation = JSON.parse(name) as Data;
  return Object.entries(key).every(([field, value]) => isDeepStrictEqual(own(representation, field), value));
}
