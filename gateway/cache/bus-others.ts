import { setTimeout as pause } from 'node:timers/promises';
import type { EventBus } from '@chorus/shared/event-bus.ts';
import { newId } from '@chorus/shared/id.ts';
import type { Logger } from '@chorus/shared/log.ts';
import { wakeable } from '@chorus/shared/wakeable.ts';
import { keepListening } from '../listening.ts';
import { busNews, type BusNews } from './bus-news.ts';
import { busTelling } from './bus-telling.ts';
import type { Others } from './others.ts';

/** After so long without a heartbeat something may have been told that was not heard. */
const SILENT_MS = 1000;
const AGAIN_MS = 100;
const IDLE_MS = 60_000;

/** What services and other gateways tell over the event bus, and what the gateways are told. */
export function busOthers(bus: EventBus, forget: BusNews['forget'], log: Logger): Others {
  const self = newId();
  const heard = hearing(bus, { self, forget }, log);
  const told = busTelling(bus, self, log);
  return {
    tell: told.tell,
    heardSince: heard.since,
    stop: async () => {
      await heard.stop();
      await told.stop();
    },
  };
}

/** Follows the bus for as long as the process lives, however often it is away. */
function hearing(bus: EventBus, news: BusNews, log: Logger) {
  const catchUp = busNews(bus, news, log);
  const awake = wakeable();
  let [since, beat, heard] = [Infinity, -Infinity, -Infinity];
  let [isBroken, hasNews, stopped] = [true, true, false];
  const follow = async () => {
    const [latest, wasBroken] = [beat, isBroken];
    if (hasNews) {
      [isBroken, hasNews] = [false, false];
      try {
        await catchUp();
      } catch (error) {
        [isBroken, hasNews] = [isBroken || wasBroken, true];
        throw error;
      }
    }
    // While the bus was away nobody could tell what they changed; what is asked for from now on has it.
    if (wasBroken) since = performance.now();
    heard = latest;
  };
  const wake = (isReconnected = false) => {
    hasNews = true;
    isBroken ||= isReconnected;
    awake.wake();
  };
  const unlisten = keepListening(bus, log, {
    onEvents: () => wake(),
    onReconnect: () => wake(true),
    onHeartbeat: () => {
      beat = performance.now();
      awake.wake();
    },
  });
  const running = (async () => {
    while (!stopped) {
      await follow().catch(async (error: unknown) => {
        log.debug({ error }, 'what others tell waits for the bus');
        await pause(AGAIN_MS);
        awake.wake();
      });
      if (!stopped) await awake.wait(IDLE_MS);
    }
  })();
  return {
    since: () => (isBroken || performance.now() - heard > SILENT_MS ? Infinity : since),
    stop: async () => {
      stopped = true;
      awake.wake();
      await unlisten();
      await running;
    },
  };
}
