import type { RedisSettings } from '../../config.ts';
import type { Between } from '../between.ts';
import { Connection } from './connection.ts';
import { Hearing } from './hearing.ts';
import { Log } from './log.ts';
import { RedisValues } from './values.ts';

/** What is left to be told takes at most so long when a gateway ends. */
const LAST_MS = 500;

/** Connects in the background, and again whenever Redis was away; without it nothing is heard and nothing is found. */
export function betweenByRedis({ url, timeoutMs, silentMs }: RedisSettings): Between {
  // Whoever waits at the end of the log lets nothing else through.
  const [reader, writer] = [new Connection(url), new Connection(url)];
  const log = new Log(reader, writer);
  const hearing = new Hearing(log, [reader, writer], silentMs);
  return {
    tell: (forgetting) => log.tell(forgetting),
    isHeard: hearing.isHeard,
    values: new RedisValues({ connection: writer, log, timeoutMs, isHeard: hearing.isHeard }),
    listen: (heard, logger) => {
      for (const connection of [reader, writer]) connection.open();
      hearing.start(heard, logger);
    },
    stop: async () => {
      await log.tellRest(LAST_MS);
      hearing.stop();
      for (const connection of [reader, writer]) connection.close();
    },
  };
}
