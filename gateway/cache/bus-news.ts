import type { BusEvent, EventBus } from '@chorus/shared/event-bus.ts';
import type { Logger } from '@chorus/shared/log.ts';
import { OPERATIONS } from '@chorus/shared/operation-executed.ts';
import { all, forgettingOf, isOwn, TYPES } from './bus-events.ts';
import type { Forgetting } from './forget.ts';

const BATCH = 500;

export interface BusNews {
  /** The name under which this gateway tells, whose own news are none. */
  self: string;
  forget: (forgetting: Forgetting) => void;
}

/** Forgets whatever the bus has told since the last time; the first time only notes where it is. */
export function busNews(
  bus: Pick<EventBus, 'positions' | 'read'>,
  { self, forget }: BusNews,
  log: Logger,
): () => Promise<void> {
  let read: Map<string, number> | undefined;
  const understood = (event: BusEvent): Forgetting => {
    try {
      return forgettingOf(event);
    } catch (error) {
      const { source, tenantId, data } = event;
      log.warn({ error, source, tenantId, data }, 'an invalidation is not understood; more is forgotten');
      return all(tenantId);
    }
  };
  /** Many changes of one moment are often the same. */
  const apply = (events: readonly BusEvent[]) => {
    const news = events.filter((event) => !isOwn(event, self)).map(understood);
    const distinct = new Map(news.map((forgetting) => [JSON.stringify(forgetting), forgetting]));
    for (const forgetting of distinct.values()) forget(forgetting);
  };
  return async () => {
    const positions = await bus.positions();
    if (read === undefined) {
      read = new Map(positions);
      return;
    }
    for (const [source, last] of positions) {
      // There are many of them, and none says that anything is old.
      if (source === OPERATIONS) continue;
      const known = read.get(source) ?? 0;
      // Numbers that went back have begun anew.
      let from = known > last ? 0 : known;
      while (from < last) {
        const events = await bus.read(source, from, BATCH, TYPES);
        apply(events);
        const reached = events.at(-1)?.sequence ?? last;
        from = events.length < BATCH ? Math.max(reached, last) : reached;
        read.set(source, from);
      }
    }
  };
}
