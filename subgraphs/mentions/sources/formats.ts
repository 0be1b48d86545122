import { airlineCsv } from './airline-csv.ts';
import { blueskyCsv } from './bluesky-csv.ts';
import { blueskySearch } from './bluesky-search.ts';
import { jetstream } from './jetstream.ts';
import type { Format } from './source.ts';

/** Every form of file that can be imported; a new one is one line here. */
export const FORMATS: readonly Format[] = [airlineCsv, blueskyCsv, jetstream, blueskySearch];

export const formatNamed = (name: string): Format | undefined =>
  FORMATS.find((format) => format.name === name);

/** The form of a file by what stands in it, whatever it is called. */
export const formatOf = (beginning: string): Format | undefined =>
  FORMATS.find((format) => format.detects(beginning));
