/** Something that is replaced while requests use it. */
export interface Succession<Item> {
  current: () => Item;
  replace: (next: Item) => void;
  /** Runs a request; whatever was current since it began is kept until it ends. */
  during: <Result>(request: () => Promise<Result>) => Promise<Result>;
  /** Ends all, whoever uses them. */
  stop: () => Promise<void>;
}

interface Reign<Item> {
  item: Item;
  /** Requests that began in it. They may use its item or a later one. */
  requests: number;
}

/** Each item is ended after the last request that may use it; `end` never rejects. */
export function succession<Item>(first: Item, end: (item: Item) => Promise<void>): Succession<Item> {
  let current: Reign<Item> = { item: first, requests: 0 };
  const past: Reign<Item>[] = [];
  const clear = () => {
    // The oldest first: a request that began before several of them may use any of them.
    for (let [oldest] = past; oldest?.requests === 0; [oldest] = past) {
      past.shift();
      void end(oldest.item);
    }
  };
  return {
    current: () => current.item,
    replace: (next) => {
      past.push(current);
      current = { item: next, requests: 0 };
      clear();
    },
    during: async (request) => {
      const since = current;
      since.requests += 1;
      try {
        return await request();
      } finally {
        since.requests -= 1;
        clear();
      }
    },
    stop: async () => {
      await Promise.all([...past.splice(0), current].map(({ item }) => end(item)));
    },
  };
}
