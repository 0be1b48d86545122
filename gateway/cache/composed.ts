import { put, type Data } from '../data.ts';
import type { FetchAnswer } from '../transport/transport.ts';
import type { KeptAnswer } from './ask.ts';
import { failedIn } from './failed.ts';
import { outlives, type KeptValue } from './kept-value.ts';
import { lastingIn } from './lasting.ts';
import { MISSING, NOTHING, type Looked, type Moment } from './look-up.ts';
import { objectsIn, type Partly } from './partly.ts';

type SubgraphError = FetchAnswer['errors'][number];

/** The answer of the whole fetch: what was kept, and what was asked of it. */
export function composed(partly: Partly, answer: FetchAnswer | undefined): KeptAnswer {
  const { keeping, looked, asked } = partly;
  const objects = looked.map(objectOf);
  if (answer === undefined) return { data: dataOf(objects, partly), errors: [] };
  if (isUnreachable(answer)) return ofLast(partly, answer);
  if (isNew(partly)) return answer;
  const failed = failedIn(answer, partly);
  const fresh = objectsIn(answer, partly);
  const isEntity = keeping.represented !== undefined;
  const lasting = new Map<number, ReadonlySet<string>>();
  asked.forEach((index, at) => {
    const one = looked[index] as Looked;
    const left = lastingIn(one, at, failed, isEntity);
    lasting.set(index, left);
    const got = fresh[at] ?? null;
    if (got === null && isEntity && left.size === 0) objects[index] = null;
    else objects[index] = merged(objects[index] ?? null, got, left);
  });
  const errors = placedErrors(answer, partly).filter(({ path }) => !isAbout(path, lasting, isEntity));
  return { data: dataOf(objects, partly), errors };
}

/** What was got over what was kept, except for what stays. */
function merged(kept: Data | null, got: Readonly<Data> | null, lasting: ReadonlySet<string>): Data {
  const object: Data = { ...kept, ...got };
  for (const response of lasting) put(object, response, kept?.[response]);
  return object;
}

/** Whether an error only tells that something was not renewed. */
function isAbout(
  path: SubgraphError['path'],
  lasting: ReadonlyMap<number, ReadonlySet<string>>,
  isEntity: boolean,
): boolean {
  const [index, response] = isEntity ? (path ?? []).slice(1) : [0, path?.[0]];
  const left = lasting.get(Number(index));
  if (left === undefined) return false;
  return response === undefined ? left.size > 0 : left.has(String(response));
}

/** The same when the subgraph cannot be reached: what was kept for that case, and errors for what was not. */
function ofLast(partly: Partly, answer: FetchAnswer): KeptAnswer {
  const { keeping, looked, asked } = partly;
  if (looked.every(({ kept }) => kept.every((one) => lastOf(one, partly) === MISSING))) return answer;
  const stale = new Set<string>();
  const errors: SubgraphError[] = [];
  const fail = (path: readonly (string | number)[]) => {
    for (const error of answer.errors) errors.push({ ...error, path });
  };
  const objects = looked.map(objectOf);
  for (const index of asked) {
    const { fields, values, kept } = looked[index] as Looked;
    const last = kept.map((one) => lastOf(one, partly));
    const lacking = fields.filter((_, at) => values[at] === MISSING && last[at] === MISSING);
    const place = keeping.represented === undefined ? [] : ['_entities', index];
    for (const { response } of lacking) fail([...place, response]);
    if (lacking.length === fields.length && place.length > 0) {
      objects[index] = null;
      continue;
    }
    const object = objects[index] ?? {};
    fields.forEach(({ response }, at) => {
      if (values[at] !== MISSING || last[at] === MISSING) return;
      put(object, response, last[at]);
      stale.add(response);
    });
  }
  return { data: dataOf(objects, partly), errors, stale: [...stale] };
}

/** What may be served in place of a value that cannot be had. */
function lastOf(kept: KeptValue | undefined, { now, heardSince }: Moment): unknown {
  if (kept === undefined || kept.value === NOTHING) return MISSING;
  // What may be forgotten by now is only served where it may be old.
  if (kept.askedAt < heardSince && !outlives(kept)) return MISSING;
  return now < Math.max(kept.staleUntil, kept.errorUntil) ? kept.value : MISSING;
}

/** Whether nothing of it was there. */
const isNew = ({ looked }: Partly): boolean =>
  looked.every(({ values }) => values.every((value) => value === MISSING));

const isUnreachable = ({ data, errors }: FetchAnswer): boolean =>
  data === null && errors.every(({ extensions }) => extensions['code'] === 'SUBGRAPH_UNAVAILABLE');

const dataOf = (objects: (Data | null)[], { keeping }: Partly): Data | null =>
  keeping.represented === undefined ? (objects[0] ?? null) : { _entities: objects };

/** What is kept of an object; null for one that does not exist. */
function objectOf({ fields, values, isComplete }: Looked): Data | null {
  if (isComplete && values.length > 0 && values[0] === NOTHING) return null;
  const object: Data = {};
  fields.forEach(({ response }, at) => {
    if (values[at] !== MISSING) put(object, response, values[at]);
  });
  return object;
}

/** Errors with the places of the whole fetch; what is about all that was asked is told of each part of it. */
function placedErrors(answer: FetchAnswer, partly: Partly): readonly SubgraphError[] {
  const { keeping, looked, asked, wanted } = partly;
  const places = (): (readonly (string | number)[])[] =>
    keeping.represented === undefined
      ? [...wanted].map(({ response }) => [response])
      : asked.flatMap((index) =>
          (looked[index]?.fields ?? [])
            .filter((field) => wanted.has(field))
            .map(({ response }) => ['_entities', index, response]),
        );
  return answer.errors.flatMap((error): SubgraphError[] => {
    const { path } = error;
    if (answer.data === null || path === undefined)
      return places().map((place) => ({ ...error, path: place }));
    if (keeping.represented === undefined) return [error];
    const [entities, position, ...below] = path;
    const index = typeof position === 'number' ? asked[position] : undefined;
    if (entities !== '_entities' || index === undefined)
      return places().map((place) => ({ ...error, path: place }));
    return [{ ...error, path: ['_entities', index, ...below] }];
  });
}
