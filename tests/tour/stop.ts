/** What a stop of the tour needs, and how it tells what it found. */
import type { Place } from '../harness/installation.ts';
import type { People } from './people.ts';

/** Where the tour is. */
export interface Tour {
  people: People;
  place: Place;
  /** Prints one line. */
  say: (line: string) => void;
}

/** One thing the tour shows; `visit` throws when it is not so. */
export interface Stop {
  title: string;
  visit: (tour: Tour) => Promise<void>;
}

/** @throws when what the tour tells of is not what happened */
export function must(isSo: boolean, what: string, found: unknown): void {
  if (!isSo) throw new Error(`${what}; instead there was ${JSON.stringify(found)}`);
}

const LONGEST_MS = 20_000;
const AGAIN_MS = 20;

/** Asks again until it is so, and tells how many milliseconds that took. @throws after twenty seconds */
export async function until<Found>(
  what: string,
  look: () => Promise<Found>,
  isSo: (found: Found) => boolean,
): Promise<{ found: Found; ms: number }> {
  const began = performance.now();
  for (;;) {
    const found = await look();
    const ms = performance.now() - began;
    if (isSo(found)) return { found, ms };
    must(ms < LONGEST_MS, what, found);
    await new Promise((resolve) => setTimeout(resolve, AGAIN_MS));
  }
}

export const inMs = (ms: number): string => `${ms.toFixed(0)} ms`;
