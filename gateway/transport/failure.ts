import type { ErrorCode } from '@chorus/shared/errors.ts';
import type { SubgraphError } from './answer.ts';
import { namesAsked, type FetchShape } from './shape.ts';

/** More than a client is shown, so that the errors stage can choose. */
const MOST_PLACES = 100;

/** Every place a fetch would have filled, as paths into its answer. */
export function placesOf(
  { fields, entityNames }: FetchShape,
  representations: readonly Record<string, unknown>[] | undefined,
): (string | number)[][] {
  if (entityNames === undefined || representations === undefined) return fields.map(({ name }) => [name]);
  const places: (string | number)[][] = [];
  for (const [index, { __typename: type }] of representations.entries()) {
    for (const name of namesAsked({ entityNames }, String(type))) places.push(['_entities', index, name]);
    if (places.length >= MOST_PLACES) break;
  }
  return places.slice(0, MOST_PLACES);
}

/** The errors of a fetch that brought nothing: one where each field is missing. */
export const errorsAt = (places: readonly (string | number)[][], error: SubgraphError): SubgraphError[] =>
  places.map((path) => ({ ...error, path }));

/** An error that speaks for the transport; its words come from the error table. */
export const transportError = (code: ErrorCode): SubgraphError => ({ message: '', extensions: { code } });
