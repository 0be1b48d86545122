import type { Closing, Incoming, Pipeline, Stage } from './request.ts';

/** A pipeline under construction: a stage fits only where everything it needs has been added. */
export interface Line<Now extends Incoming> {
  next: <Adds extends object>(stage: Stage<Now, Adds>) => Line<Now & Adds>;
  close: (closing: Closing<Now>) => Pipeline;
}

type Step = (request: never) => object | Promise<object>;

/** Starts a pipeline; the record of each request is one object that the stages fill in place. */
export const line = (): Line<Incoming> => grow([]);

function grow<Now extends Incoming>(steps: readonly Step[]): Line<Now> {
  return {
    next: (stage) => grow([...steps, stage]),
    close: (closing) => async (incoming) => {
      const request = incoming as Now;
      try {
        for (const step of steps) {
          const added = step(request as never);
          Object.assign(request, added instanceof Promise ? await added : added);
        }
        return closing(request);
      } catch (failure) {
        return closing(request, failure);
      }
    },
  };
}
