import type { IncomingHttpHeaders } from 'node:http';

/** What a subgraph answered, read to its end. */
export interface RawAnswer {
  status: number;
  headers: IncomingHttpHeaders;
  text: string;
}

export interface Sending {
  body: string;
  /** Names and values by turns. */
  headers: string[];
  /** Queries may be sent again; anything else is sent once, on a connection of its own. */
  repeatable: boolean;
  /** Whether nobody waits any longer; asked many times a second while the answer is out. */
  isOver: () => boolean;
}

/** The time for one subgraph request is over, or nobody waits for it any more. */
export class TimedOut extends Error {}

const CLOSED_CONNECTION = new Set(['UND_ERR_SOCKET', 'ECONNRESET', 'EPIPE']);

/** One request until it is settled, however often it is sent: the first answer counts. */
export class Question {
  readonly answer: Promise<RawAnswer>;
  /** Nobody waits for its answers any more. */
  settled = false;
  /** It was also sent past a slow answer. */
  overtaking = false;
  readonly sending: Sending;
  readonly #again: () => void;
  #repeated = false;
  #attempts = 0;
  #resolve!: (answer: RawAnswer) => void;
  #reject!: (error: unknown) => void;

  /** `again` sends it once more, when a kept connection turned out to be closed. */
  constructor(sending: Sending, again: () => void) {
    this.sending = sending;
    this.#again = again;
    this.answer = new Promise((resolve, reject) => {
      this.#resolve = resolve;
      this.#reject = reject;
    });
  }

  attempted(): void {
    this.#attempts += 1;
  }

  answered(answer: RawAnswer): void {
    this.settled = true;
    this.#resolve(answer);
  }

  failed(error: unknown): void {
    this.#attempts -= 1;
    if (this.settled) return;
    if (this.sending.repeatable && !this.#repeated && isClosedConnection(error)) {
      this.#repeated = true;
      // Undici asserts that nothing is sent while it tells of an error, and that ends the process.
      queueMicrotask(this.#again);
    } else if (this.#attempts === 0) this.end(error);
  }

  end(error: unknown): void {
    this.settled = true;
    this.#reject(error);
  }

  endWhenOver(): void {
    if (!this.settled && this.sending.isOver()) this.end(new TimedOut());
  }
}

const isClosedConnection = (error: unknown): boolean =>
  CLOSED_CONNECTION.has((error as { code?: string }).code ?? '');
