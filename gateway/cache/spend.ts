import { take, type Kept } from './keeper.ts';
import type { KeptField } from './kept-field.ts';
import { MISSING } from './look-up.ts';
import type { Partly } from './partly.ts';

/** Tells the lifetime of the whole answer, if anybody wants to know it, what was found kept for a fetch and is not asked for. */
export function spendKept(partly: Partly): void {
  if (partly.fetch.call.lifetime === undefined) return;
  const together: Kept = { scope: 'PUBLIC', freshUntil: Infinity, tags: new Set() };
  let askedAt = Infinity;
  const asked = new Set(partly.asked);
  for (const [index, { fields, kept, values }] of partly.looked.entries())
    kept.forEach((one, at) => {
      if (one === undefined || values[at] === MISSING) return;
      if (asked.has(index) && partly.wanted.has(fields[at] as KeptField)) return;
      askedAt = Math.min(askedAt, one.askedAt);
      take(together, one);
    });
  spend(partly, askedAt, together);
}

/** The same of what had to be asked; undefined when not all of that is kept. */
export function spendAsked(partly: Partly, askedAt: number, kept: Kept | undefined): void {
  if (kept === undefined) partly.fetch.call.lifetime?.end();
  else spend(partly, askedAt, kept);
}

function spend({ fetch, keeping, found }: Partly, askedAt: number, kept: Kept): void {
  const { subgraph, call } = fetch;
  const { below } = keeping.kept;
  const { scope, freshUntil, tags } = kept;
  const part = { subgraph, types: found.types, names: found.names, below, tags: [...tags] };
  call.lifetime?.spend({ scope, askedAt, freshUntil, part });
}
