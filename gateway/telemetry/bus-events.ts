import type { EventBus, NewEvent } from '@chorus/shared/event-bus.ts';
import { newId } from '@chorus/shared/id.ts';
import type { Logger } from '@chorus/shared/log.ts';
import { busBatches } from './bus-batches.ts';

const SOURCE = 'gateway';

/** What the gateway tells other services by events of the source `gateway`. */
export interface BusEvents {
  /** Never waits and never fails; what finds the buffer full is counted in the log and lost. */
  tell: (event: Pick<NewEvent, 'type' | 'tenantId' | 'data'>) => void;
  /** Appends what is left, as far as the bus answers. */
  stop: () => Promise<void>;
}

/** Gathers events and appends them in batches. */
export function busEvents(bus: Pick<EventBus, 'append'>, log: Logger): BusEvents {
  const { add, stop } = busBatches<NewEvent>({ bus, source: SOURCE, eventOf: (event) => event, log });
  return {
    tell: (event) => add({ ...event, id: newId(), time: new Date().toISOString() }),
    stop,
  };
}
