const TOLD_A_SECOND = 5;
const MOST_KEYS = 10_000;

/** Something that can stand for others of its kind. */
interface Countable {
  data: { more?: number };
}

/** Passes events on, but no flood of them. */
export interface Flood<Event> {
  tell: (event: Event) => void;
  /** Tells what was only counted so far. */
  close: () => void;
}

/** Of the events with one key passes on the first five of a second, and the rest as one with their number. */
export function floodOf<Event extends Countable>(
  keyOf: (event: Event) => string,
  tell: (event: Event) => void,
): Flood<Event> {
  const seen = new Map<string, { count: number; last: Event }>();
  let timer: NodeJS.Timeout | undefined;
  const close = () => {
    clearTimeout(timer);
    timer = undefined;
    for (const { count, last } of seen.values())
      if (count > TOLD_A_SECOND) tell({ ...last, data: { ...last.data, more: count - TOLD_A_SECOND - 1 } });
    seen.clear();
  };
  return {
    close,
    tell: (event) => {
      const key = keyOf(event);
      const count = (seen.get(key)?.count ?? 0) + 1;
      if (count > 1 || seen.size < MOST_KEYS) seen.set(key, { count, last: event });
      if (count <= TOLD_A_SECOND) tell(event);
      timer ??= setTimeout(close, 1000);
    },
  };
}
