import type { Transaction } from '@chorus/db/context.ts';
import { isId } from '@chorus/shared/id.ts';
import type { Context } from '../context.ts';
import { WITH_MEMBERS } from '../outdated.ts';
import { lockTenantRow, nextVersion, tenantsById } from './tenants.queries.ts';

export function currentTenant(ctx: Context) {
  ctx.require('tenant.read');
  return ctx.load(tenantsById, ctx.tenantId);
}

/** Another tenant reads like one that does not exist. */
export async function tenantReference(ctx: Context, id: string) {
  ctx.require('tenant.read');
  return isId(id) ? ctx.load(tenantsById, id) : undefined;
}

/** What changed besides the tenant's own record. */
export interface TenantChange {
  /** Members whose records must be written again. */
  members?: readonly string[];
  /** Keys whose records must be written again. */
  apiKeys?: readonly string[];
  /** Whether what is different about flags must be written again; of the platform, the flags themselves. */
  flags?: boolean;
}

/**
 * Begins every change of who may do what: such changes of one tenant happen one after another, so that none decides
 * by what another is just changing, such as who the last owner is.
 */
export const lockTenant = (transaction: Transaction): Promise<void> => lockTenantRow(transaction);

/** Ends every change that the records tell of: the new version and what is told of it belong to the same transaction. */
export async function tenantChanged(transaction: Transaction, change: TenantChange = {}): Promise<void> {
  const version = await nextVersion(transaction);
  await transaction.emit('tenant.changed', { version, ...change });
  if (change.members !== undefined && change.members.length > 0) await transaction.outdate(WITH_MEMBERS);
}
