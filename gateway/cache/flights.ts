import { haveInCommon } from '../common-data.ts';
import type { Fetched } from '../fetched.ts';
import type { Execute } from '../request.ts';
import { UnderWay } from '../under-way.ts';

/** One execution under way for everybody who asks the same. */
interface Flight {
  key: string;
  result: Promise<Fetched>;
  startedAt: number;
  waiting: number;
  /** Whether several wait or have waited for it. */
  isShared: boolean;
  ending: AbortController;
}

/** An execution that has taken this long is not joined, so that nobody waits for what began long before. */
const JOINED_WITHIN_MS = 1000;

/** One request's part in it. */
export interface Joining {
  /** The operation that is run. */
  operation: object;
  /** Equal for those who are answered alike when they run it. */
  key: string;
  signal: AbortSignal;
  execute: Execute;
}

export interface Flights {
  /** Joins the execution of that key, or begins it; it ends early only when all who wait for it have gone. */
  join: (joining: Joining) => Promise<Fetched>;
}

export function flights(now = () => performance.now()): Flights {
  const all = new UnderWay<Flight>();
  const begin = ({ operation, key, execute }: Joining): Flight => {
    const ending = new AbortController();
    const result = execute(ending.signal);
    const flight: Flight = { key, result, startedAt: now(), waiting: 0, isShared: false, ending };
    const over = () => all.remove(operation, flight);
    result.then(over, over);
    all.add(operation, flight);
    return flight;
  };
  const isJoined = ({ startedAt, ending }: Flight): boolean =>
    now() - startedAt < JOINED_WITHIN_MS && !ending.signal.aborted;
  return {
    join: async (joining) => {
      const { operation, key, signal } = joining;
      const known = all.find(operation, (flight) => flight.key === key);
      const flight = known !== undefined && isJoined(known) ? known : begin(joining);
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
