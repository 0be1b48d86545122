import { AppError } from '@chorus/shared/errors.ts';
import type { Quota } from '@chorus/shared/records.ts';
import type { Costed, Stage } from '../request.ts';
import type { Leases } from './leases.ts';
import { monthOf } from './month.ts';
import { subgraphsOfRoot } from './root.ts';

export { leases, type Leases } from './leases.ts';

const METER = 'operations';

/** Holds a tenant to what its operations may cost in a month. What is spared neither counts nor is refused. */
export function quota({ spend }: Pick<Leases, 'spend'>, now = () => Date.now()): Stage<Costed, object> {
  return ({ rights, operation, cost }) => {
    const { identity, quota: held } = rights;
    if (held === undefined || !held.hard || identity.tenantId === null) return NOTHING;
    if (subgraphsOfRoot(operation).every((subgraph) => held.spares.includes(subgraph))) return NOTHING;
    const { period, resetsAt } = monthOf(now());
    const allowance = { tenantId: identity.tenantId, meter: METER, period, limit: held.limit };
    const may = spend(allowance, cost);
    if (may === true) return NOTHING;
    if (may === false) throw exceeded(held, resetsAt);
    return may.then((given) => {
      if (!given) throw exceeded(held, resetsAt);
      return NOTHING;
    });
  };
}

const NOTHING = {};

/** Says when there is more, and which plan has more at once. */
const exceeded = ({ limit, upgrade }: Quota, resetsAt: Date): AppError =>
  new AppError('QUOTA_EXCEEDED', undefined, {
    extensions: {
      limit,
      resetsAt: resetsAt.toISOString(),
      ...(upgrade === undefined ? {} : { plan: upgrade }),
    },
  });
