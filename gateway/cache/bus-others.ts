import { setTimeout as pause } from 'node:timers/promises';
import type { EventBus } from '@chorus/shared/event-bus.ts';
import { newId } from '@chorus/shared/id.ts';
import type { Logger } from '@chorus/shared/log.ts';
import { OPERATIONS } from '@chorus/shared/operation-executed.ts';
import { wakeable } from '@chorus/shared/wakeable.ts';
import { keepListening } from '../listening.ts';
import { BusHearing } from './bus-hearing.ts';
import { busNews, type BusNews } from './bus-news.ts';
import { busTelling } from './bus-telling.ts';
import type { Others } from './others.ts';

const AGAIN_MS = 100;
const IDLE_MS = 60_000;

/** What services and other gateways tell over the event bus, and what the gateways are told; it follows the bus however often that is away. */
export function busOthers(bus: EventBus, forget: BusNews['forget'], log: Logger): Others {
  const self = newId();
  const told = busTelling(bus, self, log);
  const hearing = new BusHearing(busNews(bus, { self, forget }, log));
  const awake = wakeable();
  let stopped = false;
  const noting = (note: () => void) => () => {
    note();
    awake.wake();
  };
  const news = noting(() => hearing.news());
  const unlisten = keepListening(bus, log, {
    onEvents: (source) => {
      if (source !== OPERATIONS) news();
    },
    onReconnect: noting(() => hearing.reconnect()),
    onHeartbeat: noting(() => hearing.beat()),
  });
  const again = async (error: unknown) => {
    log.debug({ error }, 'what others tell waits for the bus');
    await pause(AGAIN_MS);
    awake.wake();
  };
  const running = (async () => {
    while (!stopped) {
      await hearing.follow().catch(again);
      if (!stopped) await awake.wait(IDLE_MS);
    }
  })();
  return {
    tell: told.tell,
    heardSince: () => hearing.since(),
    stop: async () => {
      stopped = true;
      awake.wake();
      hearing.stop();
      await unlisten();
      await running;
      await told.stop();
    },
  };
}
