import { randomUUID } from 'node:crypto';
import type { BusEvent, BusListener, EventBus, NewEvent } from '@chorus/shared/event-bus.ts';

export interface MemoryBus extends EventBus {
  put: (kind: string, tenantId: string, body: unknown, version?: number) => void;
  /** Reachable, or as silent as a lost network. */
  reachable: (is: boolean) => void;
  /** Whether heartbeats come, on a connection that is there all the time. */
  beating: (is: boolean) => void;
  reads: string[];
  /** What was told, in order. */
  appended: { source: string; event: NewEvent }[];
}

const HEARTBEAT_MS = 50;

/** The event bus without a server; heartbeats come while somebody listens, and whenever something is put. */
export function memoryBus(): MemoryBus {
  const records = new Map<string, { version: number; body: unknown }>();
  const reads: string[] = [];
  const events: BusEvent[] = [];
  const appended: MemoryBus['appended'] = [];
  const listeners = new Set<BusListener>();
  let [isReachable, isBeating] = [true, true];
  const tell = (what: (listener: BusListener) => void) => {
    if (isReachable) for (const listener of listeners) what(listener);
  };
  const beat = () => {
    if (isBeating) tell((listener) => listener.onHeartbeat?.());
  };
  const answer = <T>(value: () => T): Promise<T> =>
    isReachable ? Promise.resolve(value()) : Promise.reject(new Error(`unreachable ${randomUUID()}`));
  const put: MemoryBus['put'] = (
    kind,
    tenantId,
    body,
    version = (records.get(`${kind} ${tenantId}`)?.version ?? 0) + 1,
  ) => {
    records.set(`${kind} ${tenantId}`, { version, body });
    tell((listener) => listener.onRecord?.(kind, tenantId));
    beat();
  };
  const append = (source: string, added: readonly NewEvent[]) => {
    for (const event of added) {
      appended.push({ source, event });
      events.push({ ...event, source, sequence: events.filter((one) => one.source === source).length + 1 });
    }
    tell((listener) => listener.onEvents?.(source));
  };
  return {
    put,
    reads,
    appended,
    reachable: (is) => {
      isReachable = is;
      tell((listener) => listener.onReconnect?.());
      beat();
    },
    beating: (is) => void (isBeating = is),
    append: (source, added) => answer(() => append(source, added)),
    read: (source, after, limit, types) =>
      answer(() =>
        events
          .filter((event) => event.source === source && event.sequence > after)
          .filter(({ type }) => types === undefined || types.includes(type))
          .slice(0, limit),
      ),
    positions: () => answer(() => new Map(events.map(({ source, sequence }) => [source, sequence]))),
    advance: () => Promise.resolve(),
    putRecord: async ({ kind, tenantId, body, version }) => put(kind, tenantId, body, version),
    record: (kind, tenantId) => {
      reads.push(`${kind} ${tenantId}`);
      const found = records.get(`${kind} ${tenantId}`);
      return answer(() => found && { kind, tenantId, ...found });
    },
    listen: (listener) => {
      listeners.add(listener);
      if (isReachable) listener.onHeartbeat?.();
      const timer = setInterval(beat, HEARTBEAT_MS).unref();
      return Promise.resolve(() => {
        clearInterval(timer);
        listeners.delete(listener);
        return Promise.resolve();
      });
    },
    close: () => Promise.resolve(),
  };
}
