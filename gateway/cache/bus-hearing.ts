/** After so many turns without a heartbeat something may have been told that was not heard: a second. */
const SILENT_TURNS = 10;
const TURN_MS = 100;

/** How far what is told over the bus has been heard. */
export class BusHearing {
  readonly #catchUp: () => Promise<void>;
  readonly #timer: NodeJS.Timeout;
  #since = Infinity;
  /** Turns are counted instead of time, since whoever is busy hears late what is there already; a cache that went cold then would make it worse. */
  #turns = 0;
  #beat = -Infinity;
  #heard = -Infinity;
  #isBroken = true;
  #hasNews = true;

  /** @param catchUp takes in whatever is new */
  constructor(catchUp: () => Promise<void>) {
    this.#catchUp = catchUp;
    this.#timer = setInterval(() => (this.#turns += 1), TURN_MS).unref();
  }

  stop(): void {
    clearInterval(this.#timer);
  }

  beat(): void {
    this.#beat = this.#turns;
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
    return this.#isBroken || this.#turns - this.#heard > SILENT_TURNS ? Infinity : this.#since;
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
