/**
 * So many subgraph requests of admitted operations are enough to keep one processor busy; more operations at once would
 * only hold more memory for longer, which the garbage collector then copies time and again.
 */
const ENOUGH = 128;

interface Waiting {
  weight: number;
  begin: () => void;
}

/** Runs something, perhaps a little later; `weight` is how many subgraph requests it makes. */
export type Admit = <Result>(weight: number, run: () => Promise<Result>) => Promise<Result>;

/**
 * Finishes what was begun before it begins more, while the processor is busy. Each turn of the event loop lets one more
 * in, whatever is under way: turns are long while there is much to do, and next to nothing while all is waiting for slow
 * subgraphs, so that nothing waits here for those.
 */
export function admission(enough = ENOUGH): Admit {
  const waiting: Waiting[] = [];
  let underWay = 0;
  let turn: NodeJS.Immediate | undefined;
  const next = () => {
    const first = waiting.shift();
    if (first === undefined) return;
    underWay += first.weight;
    first.begin();
  };
  const atTurn = () => {
    turn = undefined;
    next();
    if (waiting.length > 0) turn = setImmediate(atTurn);
  };
  const end = (weight: number) => {
    underWay -= weight;
    while (waiting.length > 0 && underWay < enough) next();
  };
  return async (weight, run) => {
    if (underWay < enough && waiting.length === 0) underWay += weight;
    else {
      turn ??= setImmediate(atTurn);
      await new Promise<void>((begin) => waiting.push({ weight, begin }));
    }
    try {
      return await run();
    } finally {
      end(weight);
    }
  };
}
