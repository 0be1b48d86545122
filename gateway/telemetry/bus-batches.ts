import type { EventBus, NewEvent } from '@chorus/shared/event-bus.ts';
import type { Logger } from '@chorus/shared/log.ts';

const BATCH = 1_000;
const BATCH_MS = 200;
const RETRY_MS = 1_000;
const MOST_WAITING = 10_000;

/** What waits to be told on the bus. */
export interface BusBatches<Item> {
  /** Never waits and never fails; what finds the buffer full is counted in the log and lost. */
  add: (item: Item) => void;
  /** Appends what is left, as far as the bus answers. */
  stop: () => Promise<void>;
}

export interface BusBatchesOptions<Item> {
  bus: Pick<EventBus, 'append'>;
  source: string;
  /** Made when a batch goes out and kept while it is repeated, so that its id stays the same. */
  eventOf: (item: Item) => NewEvent;
  log: Logger;
}

/**
 * Gathers what happens and appends it in batches, of a thousand or what came within 200 ms; a batch that failed is
 * repeated, which the bus takes once only.
 */
export function busBatches<Item>(options: BusBatchesOptions<Item>): BusBatches<Item> {
  const { waiting, append, drop } = queueOf(options);
  let timer: NodeJS.Timeout | undefined;
  let isFlushing = false;
  let flushing: Promise<unknown> = Promise.resolve();

  const schedule = (afterMs: number) => {
    timer = setTimeout(() => {
      isFlushing = true;
      flushing = append().then((appended) => {
        isFlushing = false;
        timer = undefined;
        if (waiting.length > 0) schedule(appended ? pauseFor(waiting.length) : RETRY_MS);
      });
    }, afterMs);
  };
  return {
    add: (item) => {
      if (waiting.length >= MOST_WAITING) return drop();
      waiting.push(item);
      if (timer === undefined) schedule(BATCH_MS);
      else if (waiting.length === BATCH && !isFlushing) {
        clearTimeout(timer);
        schedule(0);
      }
    },
    stop: async () => {
      clearTimeout(timer);
      await flushing;
      clearTimeout(timer);
      for (let more = waiting.length > 0; more;) more = (await append()) && waiting.length > 0;
    },
  };
}

/** A whole batch goes out at once. */
const pauseFor = (waiting: number): number => (waiting >= BATCH ? 0 : BATCH_MS);

/** What waits, and how a batch of it reaches the bus: true once it has. */
function queueOf<Item>({ bus, source, eventOf, log }: BusBatchesOptions<Item>) {
  const waiting: Item[] = [];
  let batch: NewEvent[] = [];
  let dropped = 0;
  const append = async (): Promise<boolean> => {
    if (batch.length === 0) batch = waiting.slice(0, BATCH).map(eventOf);
    try {
      await bus.append(source, batch);
      waiting.splice(0, batch.length);
      batch = [];
      return true;
    } catch (error) {
      log.warn({ error, source, waiting: waiting.length }, 'events wait for the bus');
      return false;
    } finally {
      if (dropped > 0) log.warn({ dropped, source }, 'events were lost');
      dropped = 0;
    }
  };
  return { waiting, append, drop: () => void (dropped += 1) };
}
