import type { ErrorCode } from '@chorus/shared/errors.ts';
import { UnderWay } from '../under-way.ts';
import { transportError } from './failure.ts';
import type { FetchAnswer, SubgraphFetch } from './fetch.ts';

/** A request that ends so much sooner than one's own is not worth joining: the subgraph was told its end. */
const TOO_SOON_MS = 1000;

/** Whoever waits for an answer; `end` is when it stops, in ms since 1970. */
interface Asker {
  fetch: SubgraphFetch;
  end: number;
  tell: (answer: FetchAnswer) => void;
}

/** One request to a subgraph, and all who wait for its answer; it lasts until the last of them has gone. */
export class Flight {
  /** The first asker's. */
  readonly fetch: SubgraphFetch;
  readonly end: number;
  #askers: Asker[] = [];

  constructor(fetch: SubgraphFetch, end: number) {
    this.fetch = fetch;
    this.end = end;
  }

  get isDeserted(): boolean {
    return this.#askers.length === 0;
  }

  /** Whether it would still be of use to someone who stops waiting at `end`. */
  isGoodFor(end: number): boolean {
    return !this.isDeserted && this.end >= end - TOO_SOON_MS;
  }

  join(fetch: SubgraphFetch, end: number): Promise<FetchAnswer> {
    return new Promise((tell) => this.#askers.push({ fetch, end, tell }));
  }

  land(answer: FetchAnswer): void {
    for (const { tell } of this.#askers) tell(answer);
  }

  /** Lets go of those whose time is over; true when nobody is left. */
  readonly isOver = (): boolean => {
    const now = Date.now();
    this.#askers = this.#askers.filter(({ fetch, end, tell }) => {
      const { signal, deadline } = fetch.call;
      if (now < end && !signal.aborted) return true;
      tell(unanswered(now >= deadline || signal.aborted ? 'DEADLINE_EXCEEDED' : 'SUBGRAPH_UNAVAILABLE'));
      return false;
    });
    return this.isDeserted;
  };
}

/**
 * Sends each request once for all who may share its answer while it is under way.
 * `send` never rejects, and takes at most `timeoutMs` for one asker.
 */
export function flights(
  send: (flight: Flight) => Promise<FetchAnswer>,
  timeoutMs: number,
): (fetch: SubgraphFetch) => Promise<FetchAnswer> {
  const shared = new UnderWay<Flight>();
  return (fetch) => {
    const { call, shape } = fetch;
    const now = Date.now();
    if (call.deadline <= now || call.signal.aborted) return Promise.resolve(unanswered('DEADLINE_EXCEEDED'));
    const end = Math.min(call.deadline, now + timeoutMs);
    const isShared = mayBeShared(fetch);
    const known = isShared ? shared.find(shape, (other) => isSame(other.fetch, fetch)) : undefined;
    if (known?.isGoodFor(end)) return known.join(fetch, end);
    const flight = new Flight(fetch, end);
    const answer = flight.join(fetch, end);
    if (isShared) shared.add(shape, flight);
    void send(flight).then((landed) => {
      if (isShared) shared.remove(shape, flight);
      flight.land(landed);
    });
    return answer;
  };
}

/** Neither mutations nor what a session cookie goes with. */
const mayBeShared = ({ subgraph, shape, sharedBy, call }: SubgraphFetch): boolean =>
  sharedBy !== undefined && !shape.mutation && call.session?.subgraph !== subgraph;

const isSame = (one: SubgraphFetch, other: SubgraphFetch): boolean =>
  one.sharedBy === other.sharedBy && one.body === other.body && one.subgraph === other.subgraph;

export const unanswered = (code: ErrorCode): FetchAnswer => ({ data: null, errors: [transportError(code)] });
