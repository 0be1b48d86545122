import type { Condition } from './conditions.ts';
import type { Size, SizeBelow } from './sizes.ts';
import type { Term } from './terms.ts';

/** Everything that is selected of one object, fragments included. */
export interface Level {
  selections: Selections;
  /** The object types it can be of; of those about which the same is selected, one. */
  types: readonly string[];
}

/** One pair of braces; those of a fragment are shared by all places that spread it. */
export interface Selections {
  fields: readonly FieldTerm[];
  fragments: readonly FragmentTerm[];
  isConstant: boolean;
}

export interface FragmentTerm {
  when: readonly Condition[];
  /** The object types it speaks of; undefined for all. */
  types: ReadonlySet<string> | undefined;
  selections: Selections;
}

export interface FieldTerm {
  name: string;
  /** Its name in the answer. */
  key: string;
  when: readonly Condition[];
  weight: number;
  levels: number;
  size: Size;
  arguments: Term;
  below: Level;
  /** What it says about lists in `below`. */
  sizes: readonly SizeBelow[];
  /** `weight` and `below` together, where no variable has a part in them. */
  each: number | undefined;
}
