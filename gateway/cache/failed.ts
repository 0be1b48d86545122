import type { FetchAnswer } from '../transport/transport.ts';
import { objectsIn, type Partly } from './partly.ts';

/** Places with an error, as `position` of an object or `position.field`; `all` when nothing of the answer is sound. */
export type Failed = ReadonlySet<string> | 'all';

/** What of an answer is not sound, in positions of the request; what has an error is never kept. */
export function failedIn(answer: FetchAnswer, partly: Partly): Failed {
  const { keeping } = partly;
  if (answer.data === null) return 'all';
  const objects = objectsIn(answer, partly);
  const failed = new Set<string>();
  for (const { path = [] } of answer.errors) {
    const [entities, position] = path;
    const isOfRoot = keeping.represented === undefined;
    // What an error is about that names no place is not known.
    if (isOfRoot ? entities === undefined : entities !== '_entities' || typeof position !== 'number')
      return 'all';
    const [object, field] = isOfRoot ? [0, entities] : [position, path[2]];
    // Where a field is never null, its error takes the whole object away, which is there all the same.
    const isWhole = field === undefined || (objects[Number(object)] ?? null) === null;
    failed.add(isWhole ? `${object}` : `${object}.${field}`);
  }
  return failed;
}
