import { Refusal } from '../errors/errors.ts';
import type { Explained, Stage } from '../request.ts';
import { costByPath } from './formula.ts';

export { costByPath, costFormula } from './formula.ts';
export { costTables } from './schema.ts';
export type { CostTables } from './tables.ts';

/** Refuses what would cost more than one operation may, before any subgraph is asked. */
export const cost =
  ({ most }: { most: number }): Stage<Explained, { cost: number }> =>
  (request) => {
    const { operation, asked } = request;
    // What does not fit the schema is refused by access, in the words for its caller.
    if (operation.problems.length > 0) return { cost: 0 };
    const { total } = operation.cost(asked.variables);
    explainCost(request, total);
    if (total <= most) return { cost: total };
    throw new Refusal('COST_TOO_HIGH', `This operation costs ${total}, and at most ${most} is allowed.`);
  };

function explainCost({ explanation, operation, asked }: Explained, total: number): void {
  if (explanation === undefined) return;
  const { document, generation } = operation;
  explanation.cost = total;
  const costs = costByPath(operation.operation, document, generation.costs, asked.variables);
  for (const [path, cost] of costs) explanation.at(path).cost = cost;
}
