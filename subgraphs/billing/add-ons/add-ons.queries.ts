import { asc } from 'drizzle-orm';
import type { Scope } from '../context.ts';
import { addOn, type AddOnRow } from './add-ons.table.ts';

export const listAddOns = ({ db }: Pick<Scope, 'db'>): Promise<AddOnRow[]> =>
  db.select().from(addOn).orderBy(asc(addOn.sort));

/** All of them under one name, so that whatever asks in one request shares a statement. */
export const addOnCatalogue = async (scope: Scope, names: readonly 'all'[]) => {
  const all = await listAddOns(scope);
  return new Map(names.map((name) => [name, all]));
};
