import { randomUUID } from 'node:crypto';
import type { Allowance, BusEvent, BusListener, EventBus, NewEvent } from '@chorus/shared/event-bus.ts';

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
  const appended: MemoryBus['appended'] = [];
  const events = memoryEvents();
  const is = { reachable: true, beating: true };
  const { tell, beat, listen } = memoryListeners(is);
  const answer = <T>(value: () => T): Promise<T> =>
    is.reachable ? Promise.resolve(value()) : Promise.reject(new Error(`unreachable ${randomUUID()}`));
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
    appended.push(...added.map((event) => ({ source, event })));
    for (const event of added) events.append(source, event);
    tell((listener) => listener.onEvents?.(source));
  };
  return {
    put,
    reads,
    appended,
    reachable: (reachable) => {
      is.reachable = reachable;
      tell((listener) => listener.onReconnect?.());
      beat();
    },
    beating: (beating) => void (is.beating = beating),
    append: (source, added) => answer(() => append(source, added)),
    read: (source, after, limit, types) => answer(() => events.read(source, after, limit, types)),
    positions: () => answer(events.positions),
    advance: () => Promise.resolve(),
    putRecord: async ({ kind, tenantId, body, version }) => put(kind, tenantId, body, version),
    record: (kind, tenantId) => {
      reads.push(`${kind} ${tenantId}`);
      const found = records.get(`${kind} ${tenantId}`);
      return answer(() => found && { kind, tenantId, ...found });
    },
    ...memoryAllowances(answer),
    listen,
    close: () => Promise.resolve(),
  };
}

/** What was taken of limits. */
function memoryAllowances(answer: <T>(value: () => T) => Promise<T>): Pick<EventBus, 'take' | 'giveBack'> {
  const used = new Map<string, number>();
  const keyOf = ({ tenantId, meter, period }: Allowance) => `${tenantId} ${meter} ${period}`;
  return {
    take: (allowance, amount) =>
      answer(() => {
        const before = used.get(keyOf(allowance)) ?? 0;
        const taken = Math.max(0, Math.min(amount, allowance.limit - before));
        used.set(keyOf(allowance), before + taken);
        return taken;
      }),
    giveBack: (allowance, amount) =>
      answer(() => void used.set(keyOf(allowance), (used.get(keyOf(allowance)) ?? 0) - amount)),
  };
}

/** Events as the bus keeps them: numbered, by source. */
function memoryEvents() {
  const events: BusEvent[] = [];
  return {
    append: (source: string, event: NewEvent): void => {
      events.push({ ...event, source, sequence: events.filter((one) => one.source === source).length + 1 });
    },
    read: (source: string, after: number, limit: number, types?: readonly string[]): BusEvent[] =>
      events
        .filter((event) => event.source === source && event.sequence > after)
        .filter(({ type }) => types === undefined || types.includes(type))
        .slice(0, limit),
    positions: () => new Map(events.map(({ source, sequence }) => [source, sequence])),
  };
}

/** Whoever listens, for as long as the bus can be reached. */
function memoryListeners(is: { readonly reachable: boolean; readonly beating: boolean }) {
  const listeners = new Set<BusListener>();
  const tell = (what: (listener: BusListener) => void) => {
    if (is.reachable) for (const listener of listeners) what(listener);
  };
  const beat = () => {
    if (is.beating) tell((listener) => listener.onHeartbeat?.());
  };
  const listen: EventBus['listen'] = (listener) => {
    listeners.add(listener);
    if (is.reachable) listener.onHeartbeat?.();
    const timer = setInterval(beat, HEARTBEAT_MS).unref();
    return Promise.resolve(() => {
      clearInterval(timer);
      listeners.delete(listener);
      return Promise.resolve();
    });
  };
  return { tell, beat, listen };
}
