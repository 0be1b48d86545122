import { randomUUID } from 'node:crypto';
import type { EventBus, NewEvent } from '@chorus/shared/event-bus.ts';

export interface MemoryBus extends EventBus {
  put: (kind: string, tenantId: string, body: unknown, version?: number) => void;
  /** Reachable, or as silent as a lost network. */
  reachable: (is: boolean) => void;
  reads: string[];
  /** What was told, in order. */
  appended: { source: string; event: NewEvent }[];
}

/** The event bus without a server; heartbeats come as soon as somebody listens and whenever something is put. */
export function memoryBus(): MemoryBus {
  const records = new Map<string, { version: number; body: unknown }>();
  const reads: string[] = [];
  const appended: MemoryBus['appended'] = [];
  let isReachable = true;
  let listener: Parameters<EventBus['listen']>[0] = {};
  const put: MemoryBus['put'] = (
    kind,
    tenantId,
    body,
    version = (records.get(`${kind} ${tenantId}`)?.version ?? 0) + 1,
  ) => {
    records.set(`${kind} ${tenantId}`, { version, body });
    if (isReachable) listener.onRecord?.(kind, tenantId);
    if (isReachable) listener.onHeartbeat?.();
  };
  return {
    put,
    reads,
    appended,
    reachable: (is) => {
      isReachable = is;
      if (is) listener.onReconnect?.();
      if (is) listener.onHeartbeat?.();
    },
    append: async (source, events) => {
      if (!isReachable) throw new Error('unreachable');
      appended.push(...events.map((event) => ({ source, event })));
    },
    read: () => Promise.resolve([]),
    advance: () => Promise.resolve(),
    putRecord: async ({ kind, tenantId, body, version }) => put(kind, tenantId, body, version),
    record: (kind, tenantId) => {
      reads.push(`${kind} ${tenantId}`);
      if (!isReachable) return Promise.reject(new Error(`unreachable ${randomUUID()}`));
      const found = records.get(`${kind} ${tenantId}`);
      return Promise.resolve(found && { kind, tenantId, ...found });
    },
    listen: (to) => {
      listener = to;
      to.onHeartbeat?.();
      return Promise.resolve(() => Promise.resolve());
    },
    close: () => Promise.resolve(),
  };
}
