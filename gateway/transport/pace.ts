/** Answers that take this long at the head of a connection leave no reason to have others wait behind them. */
const FAST_MS = 5;
/** One very slow answer counts for no more, so that a few of them do not hide many fast ones. */
const MOST_MS = 100;
const WEIGHT = 1 / 32;

/** How fast a subgraph has lately answered. */
export class Pace {
  /** New subgraphs are taken for fast: under load a pipelined one is seen to be fast, and one that is not may not be. */
  #headMs = 0;
  #lagMs = 0;

  /** What our own event loop adds to every answer does not speak against the subgraph. */
  get isFast(): boolean {
    return this.#headMs < FAST_MS + 2 * this.#lagMs;
  }

  answered(headMs: number): void {
    this.#headMs += (Math.min(headMs, MOST_MS) - this.#headMs) * WEIGHT;
  }

  /** `lagMs` is how late a timer came. */
  looked(lagMs: number): void {
    this.#lagMs += (Math.max(0, lagMs) - this.#lagMs) / 8;
  }
}
