import type { EventBus, NewEvent } from '@chorus/shared/event-bus.ts';
import { newId } from '@chorus/shared/id.ts';
import type { Logger } from '@chorus/shared/log.ts';

const SOURCE = 'gateway';
const BATCH = 1_000;
const BATCH_MS = 200;
const RETRY_MS = 1_000;
const MOST_WAITING = 10_000;

/** What the gateway tells other services by events of the source `gateway`. */
export interface BusEvents {
  /** Never waits and never fails; what finds the buffer full is counted in the log and lost. */
  tell: (event: Pick<NewEvent, 'type' | 'tenantId' | 'data'>) => void;
  /** Appends what is left, as far as the bus answers. */
  stop: () => Promise<void>;
}

/** Gathers events and appends them in batches; a batch that failed is repeated, which the bus takes once only. */
export function busEvents(bus: Pick<EventBus, 'append'>, log: Logger): BusEvents {
  const waiting: NewEvent[] = [];
  let dropped = 0;
  let timer: NodeJS.Timeout | undefined;
  let flushing: Promise<unknown> = Promise.resolve();

  const append = async (): Promise<boolean> => {
    const batch = waiting.slice(0, BATCH);
    try {
      await bus.append(SOURCE, batch);
      waiting.splice(0, batch.length);
      return true;
    } catch (error) {
      log.warn({ error, waiting: waiting.length }, 'events wait for the bus');
      return false;
    } finally {
      if (dropped > 0) log.warn({ dropped }, 'events were lost');
      dropped = 0;
    }
  };
  const schedule = (afterMs: number) => {
    timer = setTimeout(() => {
      flushing = append().then((appended) => {
        timer = undefined;
        if (waiting.length > 0) schedule(appended ? BATCH_MS : RETRY_MS);
      });
    }, afterMs);
  };
  return {
    tell: (event) => {
      if (waiting.length >= MOST_WAITING) {
        dropped += 1;
        return;
      }
      waiting.push({ ...event, id: newId(), time: new Date().toISOString() });
      if (timer === undefined) schedule(BATCH_MS);
    },
    stop: async () => {
      clearTimeout(timer);
      await flushing;
      clearTimeout(timer);
      for (let more = waiting.length > 0; more;) more = (await append()) && waiting.length > 0;
    },
  };
}
