/** Work that waits for one place where it is done, for many clients in turns. */
export interface FairQueue<Work> {
  /** Work may wait for several clients and is still done once. False when the client has too much waiting. */
  add: (client: string, work: Work) => boolean;
  /** The oldest work of the client whose turn it is. */
  next: () => Work | undefined;
  /** Forgets work that nobody wants any more. */
  remove: (work: Work) => void;
}

/** Whoever asks for something waits for what is being done and for one piece of each other client, however much those have. */
export function fairQueue<Work>(mostPerClient: number): FairQueue<Work> {
  // In the order of turns.
  const waiting = new Map<string, Set<Work>>();
  let served: string | undefined;
  const remove = (work: Work) => {
    for (const [client, own] of waiting) if (own.delete(work) && own.size === 0) waiting.delete(client);
  };
  return {
    remove,
    add: (client, work) => {
      const own = waiting.get(client) ?? new Set();
      if (own.size >= mostPerClient && !own.has(work)) return false;
      waiting.set(client, own.add(work));
      return true;
    },
    next: () => {
      // Only now, so that whoever came while the last work was done is before the client it was done for.
      const rest = served === undefined ? undefined : waiting.get(served);
      if (served !== undefined && rest !== undefined) {
        waiting.delete(served);
        waiting.set(served, rest);
      }
      for (const [client, [work]] of waiting) {
        served = client;
        if (work !== undefined) remove(work);
        return work;
      }
      return undefined;
    },
  };
}
