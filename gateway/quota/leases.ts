import type { Allowance, EventBus } from '@chorus/shared/event-bus.ts';
import { AppError } from '@chorus/shared/errors.ts';
import type { Logger } from '@chorus/shared/log.ts';
import { LRUCache } from 'lru-cache';

/** What part of a limit a gateway takes at once, so that it can decide by itself for a while. */
const SHARE = 0.01;
/** For so long nobody is asked again whether there is anything left. */
const PAUSE_MS = 1_000;
const MOST_LEASES = 50_000;

/** What was taken of a limit and is not used yet. */
interface Lease {
  allowance: Allowance;
  left: number;
  /** Answers how much came. */
  taking: Promise<number> | undefined;
  /** Until when it is known that there is nothing. */
  nothingUntil: number;
}

/** Limits that several gateways spend together, each from a part it has taken. */
export interface Leases {
  /**
   * Whether so much may be used; answered at once while this gateway has enough.
   * @throws AppError SUBGRAPH_UNAVAILABLE when nobody can say
   */
  spend: (allowance: Allowance, amount: number) => boolean | Promise<boolean>;
  /** Gives back what is left. */
  stop: () => Promise<void>;
}

type Bus = Pick<EventBus, 'take' | 'giveBack'>;

/** Takes parts of limits from the bus. Together gateways never use more than a limit, and leave at most a part each. */
export const leases = (bus: Bus, log: Logger, now = () => performance.now()): Leases =>
  new HeldLeases(bus, log, now);

class HeldLeases implements Leases {
  readonly #bus: Bus;
  readonly #log: Logger;
  readonly #now: () => number;
  readonly #returning = new Set<Promise<void>>();
  readonly #held = new LRUCache<string, Lease>({
    max: MOST_LEASES,
    dispose: (lease) => this.#giveBack(lease),
  });

  constructor(bus: Bus, log: Logger, now: () => number) {
    [this.#bus, this.#log, this.#now] = [bus, log, now];
  }

  readonly spend = (allowance: Allowance, amount: number): boolean | Promise<boolean> => {
    const lease = this.#leaseOf(allowance);
    if (lease.left < amount) return this.#now() >= lease.nothingUntil && this.#spendMore(lease, amount);
    lease.left -= amount;
    return true;
  };

  readonly stop = async (): Promise<void> => {
    this.#held.clear();
    await Promise.all(this.#returning);
  };

  #leaseOf(allowance: Allowance): Lease {
    const { tenantId, meter, period, limit } = allowance;
    // Another limit is another lease, so that more of it is asked for at once.
    const key = `${tenantId} ${meter} ${period} ${limit}`;
    let lease = this.#held.get(key);
    if (lease === undefined) {
      lease = { allowance, left: 0, taking: undefined, nothingUntil: -Infinity };
      this.#held.set(key, lease);
    }
    return lease;
  }

  async #spendMore(lease: Lease, amount: number): Promise<boolean> {
    while (lease.left < amount) {
      const granted = await (lease.taking ??= this.#take(lease, amount));
      if (granted === 0 && lease.left < amount) return false;
    }
    lease.left -= amount;
    return true;
  }

  async #take(lease: Lease, amount: number): Promise<number> {
    try {
      const part = Math.max(amount, Math.ceil(lease.allowance.limit * SHARE));
      const granted = await this.#bus.take(lease.allowance, part);
      lease.left += granted;
      if (granted === 0) lease.nothingUntil = this.#now() + PAUSE_MS;
      return granted;
    } catch (cause) {
      throw new AppError('SUBGRAPH_UNAVAILABLE', undefined, { cause });
    } finally {
      lease.taking = undefined;
    }
  }

  #giveBack({ allowance, left }: Lease): void {
    if (left <= 0) return;
    const given = this.#bus
      .giveBack(allowance, left)
      .catch((error: unknown) => this.#log.warn({ error }, 'what is left of a limit was not given back'));
    this.#returning.add(given);
    void given.then(() => this.#returning.delete(given));
  }
}
