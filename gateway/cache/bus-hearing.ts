/** After so long without a heartbeat something may have been told that was not heard. */
const SILENT_MS = 1000;

/** How far what is told over the bus has been heard. */
export class BusHearing {
  readonly #catchUp: () => Promise<void>;
  #since = Infinity;
  #beat = -Infinity;
  #heard = -Infinity;
  #isBroken = true;
  #hasNews = true;

  /** @param catchUp takes in whatever is new */
  constructor(catchUp: () => Promise<void>) {
    this.#catchUp = catchUp;
  }

  beat(): void {
    this.#beat = performance.now();
  }

  news(): void {
    this.#hasNews = true;
  }

  /** The connection is another one than before. */
  reconnect(): void {
    this.#isBroken = true;
    this.#hasNews = true;
  }

  /** As `heardSince` of `Others`. */
  since(): number {
    return this.#isBroken || performance.now() - this.#heard > SILENT_MS ? Infinity : this.#since;
  }

  /** Takes in what is new as of the last heartbeat. */
  async follow(): Promise<void> {
    const [beat, wasBroken] = [this.#beat, this.#isBroken];
    if (this.#hasNews) {
      this.#isBroken = this.#hasNews = false;
      try {
        await this.#catchUp();
      } catch (error) {
        this.#hasNews = true;
        this.#isBroken ||= wasBroken;
        throw error;
      }
    }
    // While the bus was away nobody could tell what they changed; what is asked for from now on has it.
    if (wasBroken) this.#since = performance.now();
    this.#heard = beat;
  }
}
