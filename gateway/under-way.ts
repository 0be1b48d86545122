/** Of more that are alike in all but their key, only the latest are compared. */
const MOST_COMPARED = 64;

/**
 * What is under way and may be joined, in short lists. A Map would be the obvious choice, but V8 links the tables that a
 * Map has outgrown, so that what was deleted stays in memory, with all that hangs on it, until the next full collection:
 * that was a quarter of the time of a small request.
 */
export class UnderWay<Flight> {
  readonly #lists = new WeakMap<object, Flight[]>();

  /** The latest of its kind that passes. */
  find(kind: object, passes: (flight: Flight) => boolean): Flight | undefined {
    const list = this.#lists.get(kind);
    if (list === undefined) return undefined;
    const last = Math.max(0, list.length - MOST_COMPARED);
    for (let index = list.length - 1; index >= last; index -= 1) {
      const flight = list[index] as Flight;
      if (passes(flight)) return flight;
    }
    return undefined;
  }

  add(kind: object, flight: Flight): void {
    const list = this.#lists.get(kind);
    if (list === undefined) this.#lists.set(kind, [flight]);
    else list.push(flight);
  }

  remove(kind: object, flight: Flight): void {
    const list = this.#lists.get(kind);
    const index = list?.indexOf(flight) ?? -1;
    if (index >= 0) list?.splice(index, 1);
  }
}
