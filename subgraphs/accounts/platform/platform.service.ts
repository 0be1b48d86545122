import { transactionOf } from '@chorus/db/context.ts';
import { connection, page, type PageArguments } from '@chorus/shared/connection.ts';
import { AppError } from '@chorus/shared/errors.ts';
import { isId, newId } from '@chorus/shared/id.ts';
import { PLATFORM_TENANT } from '@chorus/shared/records.ts';
import { auditByPlatform, callerParty } from '../audit/audit.service.ts';
import type { AuditParty } from '../audit/audit.table.ts';
import type { Context } from '../context.ts';
import { invite } from '../invitations/invitations.service.ts';
import { tenantIdOf } from '../tenants/tenants.queries.ts';
import { lockTenant, tenantChanged } from '../tenants/tenants.service.ts';
import { checkedCustomer, GROUP_FORM, isGroup, isSlug, type NewCustomer } from './customer-input.ts';
import { OPERATOR, type Operator } from './operator.ts';
import { changeTenant, listCustomers, openTenant, type CustomerRow } from './platform.queries.ts';

/** All customers, by slug. */
export async function customers(ctx: Context, args: PageArguments) {
  ctx.require('platform.tenants.read');
  const asked = page(args, PLATFORM_TENANT, 'customers');
  const after = asked.after ?? '';
  if (after !== '' && !isSlug(after))
    throw new AppError('BAD_USER_INPUT', 'after is not a cursor of this list.');
  const rows = await listCustomers(ctx.database.statements(null), after, asked.first + 1);
  return connection(rows, asked, ({ slug }) => slug);
}

/** Opens a tenant and invites its first owner. */
export async function createTenant(
  ctx: Context,
  input: Parameters<typeof checkedCustomer>[0],
): Promise<CustomerRow | 'slug-taken' | { invalid: string }> {
  ctx.require('platform.tenants.create');
  const checked = checkedCustomer(input);
  if ('invalid' in checked) return checked;
  const { database, request, services } = ctx;
  return openCustomer({ database, request, services, actor: callerParty(ctx) }, checked);
}

/** Tenant, invitation and both audit logs in one transaction. */
export function openCustomer(
  by: Operator & { actor: AuditParty },
  { ownerEmail, ...customer }: NewCustomer,
): Promise<CustomerRow | 'slug-taken'> {
  const id = newId();
  return transactionOf(by.database, id, async (transaction) => {
    if (!(await openTenant(transaction, customer))) return 'slug-taken';
    await lockTenant(transaction);
    await invite(by.services, transaction, { email: ownerEmail, roles: ['owner'], invitedBy: null });
    const targets = [{ kind: 'tenant', id } as const];
    const after = { ...customer, ownerEmail };
    await auditByPlatform(by, transaction, { action: 'tenant.created', actor: by.actor, targets, after });
    await tenantChanged(transaction);
    return { id, ...customer, active: true };
  });
}

/** For an owner whose invitation ended, or a tenant that lost its owner; by the operator only. */
export async function inviteOwner(
  by: Operator,
  slug: string,
  email: string,
): Promise<'invited' | 'already-member' | 'unknown'> {
  const tenantId = await tenantIdOf(by.database.statements(null), slug);
  if (tenantId === undefined || tenantId === PLATFORM_TENANT) return 'unknown';
  return transactionOf(by.database, tenantId, async (transaction) => {
    await lockTenant(transaction);
    const outcome = await invite(by.services, transaction, { email, roles: ['owner'], invitedBy: null });
    if (outcome === 'already-member') return outcome;
    const targets = [{ kind: 'invitation', id: outcome.invitation.id } as const];
    const event = { action: 'invitation.created', actor: OPERATOR, targets, after: { email } } as const;
    await auditByPlatform(by, transaction, event);
    return 'invited';
  });
}

/** Takes effect for everybody in the tenant as soon as its record is told. */
export function suspendTenant(ctx: Context, tenantId: string, suspended: boolean): Promise<boolean> {
  ctx.require('platform.tenants.suspend');
  const action = suspended ? 'tenant.suspended' : 'tenant.resumed';
  return changeCustomer(ctx, tenantId, action, { active: !suspended });
}

export async function setCustomerGroup(
  ctx: Context,
  tenantId: string,
  customerGroup: string,
): Promise<boolean | { invalid: string }> {
  ctx.require('platform.tenants.price');
  if (!isGroup(customerGroup)) return { invalid: GROUP_FORM };
  return changeCustomer(ctx, tenantId, 'tenant.group-set', { customerGroup });
}

/** False when there is no such tenant. */
async function changeCustomer(
  ctx: Context,
  tenantId: string,
  action: 'tenant.suspended' | 'tenant.resumed' | 'tenant.group-set',
  after: Parameters<typeof changeTenant>[1],
): Promise<boolean> {
  if (!isId(tenantId)) return false;
  return transactionOf(ctx.database, tenantId, async (transaction) => {
    await lockTenant(transaction);
    if (!(await changeTenant(transaction, after))) return false;
    const targets = [{ kind: 'tenant', id: tenantId } as const];
    await auditByPlatform(ctx, transaction, { action, actor: callerParty(ctx), targets, after });
    await tenantChanged(transaction);
    return true;
  });
}
