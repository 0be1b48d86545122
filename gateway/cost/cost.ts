import { Refusal } from '../errors/errors.ts';
import type { Documented, Stage } from '../request.ts';

export { costByPath, costFormula } from './formula.ts';
export { costTables } from './schema.ts';
export type { CostTables } from './tables.ts';

/** Refuses what would cost more than one operation may, before any subgraph is asked. */
export const cost =
  ({ most }: { most: number }): Stage<Documented, { cost: number }> =>
  ({ operation, asked }) => {
    // What does not fit the schema is refused by access, in the words for its caller.
    if (operation.problems.length > 0) return { cost: 0 };
    const { total } = operation.cost(asked.variables);
    if (total <= most) return { cost: total };
    throw new Refusal('COST_TOO_HIGH', `This operation costs ${total}, and at most ${most} is allowed.`);
  };
