import type { Transaction } from '@chorus/db/context.ts';
import type { FlagDefinition } from '@chorus/shared/flags/definition.ts';
import { audit, auditByPlatform, callerParty } from '../audit/audit.service.ts';
import type { Context } from '../context.ts';
import { lockTenant, tenantChanged } from '../tenants/tenants.service.ts';
import { checkedReason, endProblem } from './flag-input.ts';
import { flagWithKey } from './flags.queries.ts';
import type { FeatureOverrideRow } from './flags.table.ts';
import { inTenant } from './in-tenant.service.ts';
import { deleteOverride, listOverrides, overrideOf, saveOverride } from './overrides.queries.ts';
import { auditRefused } from './refused.service.ts';

/** What somebody asks for; none of it is checked. */
export interface OverrideInput {
  flag: string;
  variant: string;
  reason: string;
  expiresAt: Date | null;
}

type Problem = 'flag-unknown' | { invalid: string };
/** What only tenants are told. */
type OwnProblem = 'held' | { lackingPlan: string | null };

export function featureOverrides(ctx: Context): Promise<FeatureOverrideRow[]> {
  ctx.require('tenant.read');
  return listOverrides(ctx);
}

/** Null where there is no such tenant. */
export async function tenantFeatureOverrides(
  ctx: Context,
  tenantId: string,
): Promise<FeatureOverrideRow[] | null> {
  ctx.require('platform.flags.read');
  const found = await inTenant(ctx, tenantId, listOverrides, { reading: true });
  return found === 'tenant-unknown' ? null : found;
}

/** By the tenant's own administrators, who switch off what they like and on only what their plan has. */
export async function setFeatureOverride(
  ctx: Context,
  input: OverrideInput,
): Promise<FeatureOverrideRow | Problem | OwnProblem> {
  ctx.require('features.manage');
  const billing = await ctx.services.billing(ctx.tenantId);
  const outcome = await ctx.transaction(async (transaction) => {
    await lockTenant(transaction);
    return setChecked(ctx, transaction, input, ({ key, off, entitled }, before): OwnProblem | undefined => {
      if (before?.forced === true) return 'held';
      const isOwn = input.variant === off || (entitled && billing?.entitlements.includes(key) === true);
      return isOwn ? undefined : { lackingPlan: billing?.upgrades?.[key] ?? null };
    });
  });
  return told(ctx, input.flag, outcome);
}

/** By the platform's staff: good whatever the plan. */
export async function forceFeature(
  ctx: Context,
  tenantId: string,
  input: OverrideInput,
): Promise<FeatureOverrideRow | Problem | 'tenant-unknown'> {
  ctx.require('platform.flags.manage');
  const outcome = await inTenant(ctx, tenantId, (transaction) =>
    setChecked<never>(ctx, transaction, input, () => undefined),
  );
  return told(ctx, input.flag, outcome);
}

/** What the platform set stays for it to take back. */
export async function clearFeatureOverride(
  ctx: Context,
  key: string,
): Promise<'done' | 'flag-unknown' | 'held'> {
  ctx.require('features.manage');
  const outcome = await ctx.transaction(async (transaction) => {
    await lockTenant(transaction);
    const before = await overrideOf(transaction, key, 'override');
    return before?.forced === true ? 'held' : clear(ctx, transaction, before);
  });
  return told(ctx, key, outcome);
}

export async function clearForcedFeature(
  ctx: Context,
  tenantId: string,
  key: string,
): Promise<'done' | 'flag-unknown' | 'tenant-unknown'> {
  ctx.require('platform.flags.manage');
  const outcome = await inTenant(ctx, tenantId, async (transaction) =>
    clear(ctx, transaction, await overrideOf(transaction, key, 'override')),
  );
  return told(ctx, key, outcome);
}

/** Staff acts in the log of the tenant and in its own. */
const isStaff = ({ identity }: Context): boolean => identity.kind === 'staff';

/** `guard` refuses what the caller may not, once it is known to be possible at all. */
async function setChecked<Guarded>(
  ctx: Context,
  transaction: Transaction,
  { flag: key, variant, expiresAt, ...input }: OverrideInput,
  guard: (definition: FlagDefinition, before: FeatureOverrideRow | undefined) => Guarded | undefined,
): Promise<FeatureOverrideRow | Problem | Guarded> {
  const reason = checkedReason(input.reason);
  if (typeof reason !== 'string') return reason;
  const ends = endProblem(expiresAt, new Date());
  if (ends !== undefined) return { invalid: ends };
  const definition = (await flagWithKey(transaction, key))?.definition;
  if (definition === undefined) return 'flag-unknown';
  if (!Object.hasOwn(definition.variants, variant))
    return { invalid: `The variants are ${Object.keys(definition.variants).join(', ')}.` };
  const before = await overrideOf(transaction, key, 'override');
  const refused = guard(definition, before);
  if (refused !== undefined) return refused;
  const wanted = { key, layer: 'override', variant, forced: isStaff(ctx), reason, expiresAt } as const;
  const after = await saveOverride(transaction, { ...wanted, setBy: callerParty(ctx) });
  await changed(ctx, transaction, 'feature-override.set', { key, before, after });
  return after;
}

async function clear(
  ctx: Context,
  transaction: Transaction,
  before: FeatureOverrideRow | undefined,
): Promise<'done' | 'flag-unknown'> {
  if (before === undefined) return 'flag-unknown';
  const { key } = before;
  await deleteOverride(transaction, key, 'override');
  await changed(ctx, transaction, 'feature-override.cleared', { key, before });
  return 'done';
}

/** Ends every change of a tenant's flags: both logs, and what gateways are told. */
export async function changed(
  ctx: Context,
  transaction: Transaction,
  action: 'feature-override.set' | 'feature-override.cleared' | 'flag.killed' | 'flag.revived',
  {
    key,
    before,
    after,
  }: { key: string; before?: FeatureOverrideRow | undefined; after?: FeatureOverrideRow },
): Promise<void> {
  const targets = [{ kind: 'flag', id: key } as const, { kind: 'tenant', id: transaction.tenantId } as const];
  const values = { ...(before && { before: shown(before) }), ...(after && { after: shown(after) }) };
  const event = { action, actor: callerParty(ctx), targets, ...values };
  await (isStaff(ctx) ? auditByPlatform(ctx, transaction, event) : audit(ctx, transaction, event));
  await tenantChanged(transaction, { flags: true });
}

const shown = ({ layer, variant, forced, reason, expiresAt }: FeatureOverrideRow) => ({
  layer,
  variant,
  forced,
  reason,
  expiresAt,
});

/** A refusal is in the log, too. */
async function told<Outcome extends FeatureOverrideRow | Problem | OwnProblem | 'done' | 'tenant-unknown'>(
  ctx: Context,
  key: string,
  outcome: Outcome,
): Promise<Outcome> {
  const reason = refusalIn(outcome);
  return reason === undefined ? outcome : auditRefused(ctx, key, reason, outcome);
}

function refusalIn(
  outcome: FeatureOverrideRow | Problem | OwnProblem | 'done' | 'tenant-unknown',
): string | undefined {
  if (typeof outcome === 'string') return outcome === 'done' ? undefined : outcome;
  if ('invalid' in outcome) return 'invalid';
  return 'lackingPlan' in outcome ? 'not-in-plan' : undefined;
}
