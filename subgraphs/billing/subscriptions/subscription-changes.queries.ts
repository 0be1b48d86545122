import type { Scope } from '../context.ts';
import { subscriptionChange } from './subscription-changes.table.ts';

export const insertChange = async (
  { db, tenantId }: Scope,
  values: Omit<typeof subscriptionChange.$inferInsert, 'tenantId'>,
): Promise<void> => {
  await db.insert(subscriptionChange).values({ ...values, tenantId });
};
