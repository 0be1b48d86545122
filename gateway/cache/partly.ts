import type { Data } from '../data.ts';
import type { FetchAnswer, SubgraphFetch } from '../transport/transport.ts';
import type { Keeping } from './ask.ts';
import type { KeptField } from './kept-field.ts';
import type { Finding, Looked, Moment } from './look-up.ts';

/** What of a fetch has to be asked, and what is there already. */
export interface Partly extends Moment {
  fetch: SubgraphFetch;
  keeping: Keeping;
  found: Finding;
  looked: readonly Looked[];
  /** Positions of the objects that are asked for, */
  asked: readonly number[];
  /** with these fields. */
  wanted: ReadonlySet<KeptField>;
}

/** Whether nothing of it is there already. */
export const isAll = ({ looked, asked, wanted }: Partly): boolean =>
  asked.length === looked.length && looked.every(({ fields }) => fields.every((field) => wanted.has(field)));

/** The objects of an answer, in the order of the request. */
export const objectsIn = ({ data }: FetchAnswer, { keeping }: Partly): readonly (Readonly<Data> | null)[] =>
  keeping.represented === undefined
    ? [data]
    : ((data?.['_entities'] ?? []) as readonly (Readonly<Data> | null)[]);
