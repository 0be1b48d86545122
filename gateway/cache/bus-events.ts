import { GLOBAL, type BusEvent, type NewEvent } from '@chorus/shared/event-bus.ts';
import { newId } from '@chorus/shared/id.ts';
import { INVALIDATED } from '@chorus/shared/invalidation.ts';
import { isData, own } from '../data.ts';
import { forgettingIn, ownerOf, type Forgetting } from './forget.ts';
import { readInvalidations } from './invalidation.ts';

/** What gateways tell each other; services tell by `INVALIDATED`. */
const FORGOTTEN = 'cache.forgotten';
/** The types of events that say what is not true any more. */
export const TYPES = [INVALIDATED, FORGOTTEN];

/** How a gateway tells the others. It names itself, and whose values it means itself, because owners are not only tenants. */
export const toldOthers = (self: string, forgetting: Forgetting): NewEvent => ({
  id: newId(),
  type: FORGOTTEN,
  tenantId: GLOBAL,
  time: new Date().toISOString(),
  data: { from: self, ...forgetting },
});

/** Whether a gateway has told it itself, and so forgotten it already. */
export const isOwn = ({ type, data }: BusEvent, self: string): boolean =>
  type === FORGOTTEN && isData(data) && own(data, 'from') === self;

/** What an event makes a gateway forget. @throws AppError for what no service and no gateway of this version tells */
export function forgettingOf({ type, tenantId, data }: BusEvent): Forgetting {
  if (type === INVALIDATED) return { ...all(tenantId), what: readInvalidations(data), isOld: true };
  return forgettingIn(data);
}

/** Everything that an event can be about. */
export const all = (tenantId: string): Forgetting =>
  tenantId === GLOBAL ? {} : { owner: ownerOf(tenantId) };
