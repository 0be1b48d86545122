/** One yes/no question about a caller that a schema asks by a directive. */
export type Demand =
  | { kind: 'authenticated' }
  /** Scopes that are enough: any of the lists, each as a whole. */
  | { kind: 'scopes'; anyOf: readonly (readonly string[])[] }
  | { kind: 'policies'; anyOf: readonly (readonly string[])[] }
  /** A second factor of at most `maxAge` seconds ago, or of this session. */
  | { kind: 'mfa'; maxAge: number | undefined }
  /** Without it the element is hidden, or there but closed. */
  | { kind: 'feature'; flag: string; mode: 'hide' | 'upsell' };

/** Every demand of one supergraph once; its number stands for it everywhere else. */
export interface DemandTable {
  readonly all: readonly Demand[];
  /** The number of a demand, a new one if it was never asked before. */
  number: (demand: Demand) => number;
}

export function demandTable(): DemandTable {
  const all: Demand[] = [];
  const numbers = new Map<string, number>();
  return {
    all,
    number: (demand) => {
      const key = JSON.stringify(demand);
      let number = numbers.get(key);
      if (number === undefined) numbers.set(key, (number = all.push(demand) - 1));
      return number;
    },
  };
}
