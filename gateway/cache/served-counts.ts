/** How often the values of one field were found kept, found old, not found, or not looked for. */
export interface Served {
  hit: number;
  stale: number;
  miss: number;
  bypass: number;
}

/** The counts of a gateway, for its metrics. */
export interface ServedCounts {
  /** Whole answers: how often one was there, and how often not. */
  answers: { hit: number; miss: number };
  of: (subgraph: string, type: string, field: string) => Served;
  all: () => Iterable<[labels: { subgraph: string; type: string; field: string }, served: Served]>;
}

export function servedCounts(): ServedCounts {
  const counts = new Map<string, Served>();
  return {
    answers: { hit: 0, miss: 0 },
    of: (subgraph, type, field) => {
      const key = JSON.stringify([subgraph, type, field]);
      let served = counts.get(key);
      if (served === undefined) counts.set(key, (served = { hit: 0, stale: 0, miss: 0, bypass: 0 }));
      return served;
    },
    all: function* () {
      for (const [key, served] of counts) {
        const [subgraph, type, field] = JSON.parse(key) as [string, string, string];
        yield [{ subgraph, type, field }, served];
      }
    },
  };
}
