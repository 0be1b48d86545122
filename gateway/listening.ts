import type { BusListener, EventBus } from '@chorus/shared/event-bus.ts';
import type { Logger } from '@chorus/shared/log.ts';

const RETRY_MS = 1000;

/** Starts listening, however long it takes for the bus to be there; the returned function stops. */
export function keepListening(bus: EventBus, log: Logger, listener: BusListener): () => Promise<void> {
  let stopped = false;
  let timer: NodeJS.Timeout | undefined;
  let unlisten: (() => Promise<void>) | undefined;
  const start = () => {
    bus.listen(listener).then(
      (stop) => {
        unlisten = stop;
        if (stopped) void stop();
        else listener.onReconnect?.();
      },
      (error: unknown) => {
        log.warn({ error }, 'event bus unreachable');
        if (!stopped) timer = setTimeout(start, RETRY_MS);
      },
    );
  };
  start();
  return async () => {
    stopped = true;
    clearTimeout(timer);
    await unlisten?.();
  };
}
