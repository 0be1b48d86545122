import type { Fetched } from '../fetched.ts';
import { haveInCommon } from '../common-data.ts';

/** Runs an operation; the signal tells when nobody waits for it any more. */
export type Execute = (signal: AbortSignal) => Promise<Fetched>;

/** One execution under way for everybody who asks the same. */
interface Flight {
  result: Promise<Fetched>;
  startedAt: number;
  waiting: number;
  /** Whether several wait or have waited for it. */
  isShared: boolean;
  ending: AbortController;
}

/** An execution that has taken this long is not joined, so that nobody waits for what began long before. */
const JOINED_WITHIN_MS = 1000;

export interface Flights {
  /** Joins the execution of that key, or begins it; it ends early only when all who wait for it have gone. */
  join: (key: string, signal: AbortSignal, execute: Execute) => Promise<Fetched>;
}

export function flights(now = () => performance.now()): Flights {
  const all = new Map<string, Flight>();
  const begin = (key: string, execute: Execute): Flight => {
    const ending = new AbortController();
    const result = execute(ending.signal);
    const flight: Flight = { result, startedAt: now(), waiting: 0, isShared: false, ending };
    const over = () => {
      if (all.get(key) === flight) all.delete(key);
    };
    result.then(over, over);
    all.set(key, flight);
    return flight;
  };
  return {
    join: async (key, signal, execute) => {
      const known = all.get(key);
      const isFresh = known !== undefined && now() - known.startedAt < JOINED_WITHIN_MS;
      const flight = isFresh && !known.ending.signal.aborted ? known : begin(key, execute);
      const leave = () => {
        flight.waiting -= 1;
        if (flight.waiting === 0) flight.ending.abort();
      };
      flight.waiting += 1;
      signal.addEventListener('abort', leave, { once: true });
      flight.isShared ||= flight.waiting > 1;
      try {
        const fetched = await flight.result;
        if (flight.isShared) haveInCommon(fetched);
        return fetched;
      } finally {
        signal.removeEventListener('abort', leave);
      }
    },
  };
}
