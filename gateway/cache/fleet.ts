import type { Logger } from '@chorus/shared/log.ts';
import type { Part } from '@chorus/shared/process.ts';
import type { RedisSettings } from '../config.ts';
import { heardStore, type Between } from './between.ts';
import { memoryStore, type FieldStore } from './field-store.ts';
import { forget, type Forgetting } from './forget.ts';
import type { Others } from './others.ts';
import type { SharedValues } from './shared-values.ts';
import type { TagFormats } from './tags.ts';

/** What came of an invalidation. */
export interface Invalidated {
  /** Of how many records of this gateway something was forgotten. */
  count: number;
  /** Whether all other gateways will know within a second. */
  isTold: boolean;
}

/** What a gateway keeps, as one of those that may serve the same graph. */
export interface Fleet {
  store: FieldStore;
  /** What others have kept; undefined for a gateway alone. */
  shared: SharedValues | undefined;
  /** Forgets what is not true any more, here first and then everywhere. */
  forget: (forgetting: Forgetting) => Promise<Invalidated>;
  /** Whether what others tell arrives, without which nothing that is kept is served; undefined for a gateway alone. */
  isHeard: (() => boolean) | undefined;
  /** As of `Others`, whom services tell too. */
  heardSince: Others['heardSince'];
  /** Forgets what services and others have told. */
  hear: (forgetting: Forgetting) => void;
  /** Listens to the others from now on. */
  join: (log: Logger) => void;
  parts: Part[];
}

/**
 * Without Redis gateways tell each other by what also services tell them by, if there is that.
 * @param tagsNow what the supergraph that is served says of tags
 */
export async function fleet(
  redis: RedisSettings | undefined,
  tagsNow: () => TagFormats,
  others: () => Others | undefined = () => undefined,
): Promise<Fleet> {
  const memory = memoryStore();
  const between = redis === undefined ? undefined : await throughRedis(redis);
  const forgetHere = (forgettings: readonly Forgetting[]) => forget(memory, forgettings, tagsNow());
  const tell = (forgetting: Forgetting): Promise<boolean> => {
    if (between !== undefined) return between.tell(forgetting);
    others()?.tell(forgetting);
    return Promise.resolve(true);
  };
  const forgetAll: Fleet['forget'] = async (forgetting) => {
    const count = forgetHere([forgetting]);
    return { count, isTold: await tell(forgetting) };
  };
  return {
    store: between === undefined ? memory : heardStore(memory, between),
    shared: between?.values,
    isHeard: between?.isHeard,
    heardSince: () => others()?.heardSince() ?? -Infinity,
    forget: forgetAll,
    // What is in Redis has to be seen through as well, by everybody who reads it there.
    hear: (forgetting) => void (between === undefined ? forgetHere([forgetting]) : forgetAll(forgetting)),
    join: (log) => between?.listen(forgetHere, log),
    parts: between === undefined ? [] : [{ name: 'Redis', stop: between.stop }],
  };
}

/** Its library is loaded by those only who use it. */
async function throughRedis(settings: RedisSettings): Promise<Between> {
  const { betweenByRedis } = await import('./redis/redis.ts');
  return betweenByRedis(settings);
}
