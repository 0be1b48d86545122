import type { Scope } from '../context.ts';
import { ownerIds } from './owners.queries.ts';

/** Whether the tenant would be without an owner if these members no longer were one; asked behind `lockTenant`. */
export async function leavesNoOwner(scope: Scope, memberIds: readonly string[]): Promise<boolean> {
  const owners = await ownerIds(scope);
  return owners.length > 0 && owners.every((id) => memberIds.includes(id));
}
