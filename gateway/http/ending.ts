/** The end of a request before its answer: its time is up, or its client went away. */
export class Ending {
  #isOver = false;
  #controller: AbortController | undefined;
  #told: (() => void) | undefined;

  /** Made for those who ask for it: most answers are there before anybody has to. */
  get signal(): AbortSignal {
    this.#controller ??= new AbortController();
    if (this.#isOver) this.#controller.abort();
    return this.#controller.signal;
  }

  /** Tells whoever reads the body. */
  readonly tell = (told: () => void): void => {
    this.#told = told;
    if (this.#isOver) told();
  };

  readonly end = (): void => {
    this.#isOver = true;
    this.#controller?.abort();
    this.#told?.();
  };
}
