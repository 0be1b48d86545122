import type { KeptField } from './kept-field.ts';
import type { KeptValue } from './kept-value.ts';
import { MISSING, NOTHING, type Looked } from './look-up.ts';
import type { Partly } from './partly.ts';

/** What of its time a value has lived when a call that is sent anyway asks for a newer one. */
const SHARE = 0.5;

export interface Renewal {
  /** The same with what of the fetch is due, when something that can be kept has to be asked for. */
  withDue: (partly: Partly) => Partly;
  /** What was asked for ahead and did not come is left alone until its end. */
  over: (partly: Partly) => void;
}

/** Values of one fetch that end one after the other would be a call each; so they are asked for together. */
export function renewal(): Renewal {
  const tried = new WeakSet<KeptValue>();
  /** What may be old is renewed when it is, behind an answer; what feeds others must stay of one moment. */
  const isDue = ({ feeds }: KeptField, one: KeptValue, now: number) =>
    !feeds &&
    one.value !== NOTHING &&
    one.staleUntil === one.freshUntil &&
    now - one.askedAt >= SHARE * (one.freshUntil - one.askedAt) &&
    !tried.has(one);
  return {
    withDue: (partly) => {
      if (!partly.asked.some((index) => lacksKept(partly, index))) return partly;
      const wanted = new Set(partly.wanted);
      const before = new Set(partly.asked);
      const asked = [...partly.looked.keys()].filter((index) => {
        const due = dueIn(partly.looked[index] as Looked, (field, one) => isDue(field, one, partly.now));
        for (const field of due) wanted.add(field);
        return before.has(index) || due.length > 0;
      });
      return { ...partly, asked, wanted };
    },
    over: ({ looked, asked, wanted }) => {
      for (const index of asked)
        for (const [at, one] of looked[index]?.kept.entries() ?? [])
          if (one !== undefined && wanted.has(looked[index]?.fields[at] as KeptField)) tried.add(one);
    },
  };
}

/** Fields that are there, and of which a newer value should be. */
const dueIn = (
  { fields, kept, values }: Looked,
  isDue: (field: KeptField, one: KeptValue) => boolean,
): KeptField[] =>
  fields.filter((field, at) => {
    const one = kept[at];
    return one !== undefined && values[at] !== MISSING && isDue(field, one);
  });

/** Whether an object lacks what will be kept, so that it is not asked for each time anyway. */
function lacksKept({ looked, found }: Partly, index: number): boolean {
  const { fields, values } = looked[index] as Looked;
  return fields.some(
    ({ scopes }, at) => values[at] === MISSING && scopes.some((scope) => found.shelfOf(scope) !== undefined),
  );
}
