import type { PlanExecutor } from '../executor/executor.ts';
import type { Fetched } from '../fetched.ts';
import type { Generation } from '../request.ts';
import type { aliasGuard, Renamed } from './aliases.ts';
import type { ApolloExecution } from './apollo.ts';
import type { Planning } from './planning.ts';

export interface Execute {
  planning: Planning;
  /** Our own executor, */
  run: PlanExecutor;
  /** and Apollo's for what ours does not know. */
  apollo: Pick<ApolloExecution, 'run'>;
  aliases: ReturnType<typeof aliasGuard>;
}

/**
 * Runs operations by plans made elsewhere. A plan is kept under our hash of the document, so a changed document never
 * finds the plan of the original.
 */
export const executorOf =
  ({ planning, run, apollo, aliases }: Execute): Generation['execute'] =>
  async (execution) => {
    const renamed = aliases(execution);
    const { document, operation } = renamed ?? execution;
    const planned = { ...execution, document, operation };
    const plan = await planning.plan(planned);
    const own = plan && run(plan, planned);
    return restoring(renamed, await (own ?? apollo.run(plan, planned)));
  };

const restoring = (renamed: Renamed | undefined, result: Fetched): Fetched =>
  renamed === undefined ? result : renamed.restore(result);
