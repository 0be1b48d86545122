import { setTimeout as pause } from 'node:timers/promises';
import type { EventBus } from '@chorus/shared/event-bus.ts';
import type { Logger } from '@chorus/shared/log.ts';
import { toldOthers } from './bus-events.ts';
import type { Forgetting } from './forget.ts';
import type { Others } from './others.ts';

const SOURCE = 'gateway';
const AGAIN_MS = 500;
/** When more waits for the bus, the others are told to forget everything instead. */
const MOST_WAITING = 1_000;

/** Tells the other gateways by events; what the bus does not take waits, and nothing of it is lost. */
export function busTelling(
  bus: Pick<EventBus, 'append'>,
  self: string,
  log: Logger,
): Pick<Others, 'tell' | 'stop'> {
  const waiting = new Map<string, Forgetting>();
  let sending: Promise<void> | undefined;
  let stopped = false;
  const wait = (forgetting: Forgetting) => {
    waiting.set(JSON.stringify(forgetting), forgetting);
    if (waiting.size <= MOST_WAITING) return;
    waiting.clear();
    wait({});
  };
  const send = async () => {
    const batch = [...waiting.values()];
    waiting.clear();
    try {
      const events = batch.map((forgetting) => toldOthers(self, forgetting));
      await bus.append(SOURCE, events);
    } catch (error) {
      for (const forgetting of batch) wait(forgetting);
      log.warn({ error, waiting: waiting.size }, 'what the other gateways are told waits for the bus');
      if (!stopped) await pause(AGAIN_MS);
    }
  };
  const begin = () => {
    if (sending !== undefined || waiting.size === 0) return;
    sending = send().finally(() => {
      sending = undefined;
      if (!stopped) begin();
    });
  };
  return {
    tell: (forgetting) => {
      wait(forgetting);
      begin();
    },
    stop: async () => {
      stopped = true;
      await sending;
      // The last try is for what was told during the one before.
      if (waiting.size > 0) await send();
    },
  };
}
