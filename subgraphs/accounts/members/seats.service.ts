import type { Context, Scope } from '../context.ts';
import { countActiveMembers } from './members.queries.ts';

/** What a tenant has before billing tells of its plan. */
const SEATS_AT_FIRST = 5;

/** How many members of a tenant may be active; asked before its lock, which nobody holds while billing is asked. */
export const seatsOf = async (
  { services }: Context,
  tenantId: string,
  atFirst = SEATS_AT_FIRST,
): Promise<number> => (await services.seats(tenantId)) ?? atFirst;

/** Whether no more member can be active; asked behind `lockTenant`. */
export const areSeatsTaken = async (scope: Scope, seats: number): Promise<boolean> =>
  (await countActiveMembers(scope)) >= seats;
