import { audit, callerParty } from '../audit/audit.service.ts';
import type { Context } from '../context.ts';
import { lockTenant, tenantChanged } from '../tenants/tenants.service.ts';
import { checkedReason } from './flag-input.ts';
import { flagWithKey, saveKill } from './flags.queries.ts';
import { inTenant } from './in-tenant.service.ts';
import { deleteOverride, overrideOf, saveOverride } from './overrides.queries.ts';
import { changed } from './overrides.service.ts';
import { auditRefused } from './refused.service.ts';

export interface KillInput {
  key: string;
  /** Everywhere where there is none. */
  tenantId: string | null;
  reason: string;
  /** False lets it be again. */
  killed: boolean;
}

export type KillOutcome = 'done' | 'flag-unknown' | 'tenant-unknown' | { invalid: string };

/** Switches a flag off, or lets it be again; saying so twice changes nothing but the reason. */
export async function switchFlag(ctx: Context, input: KillInput): Promise<KillOutcome> {
  ctx.require('platform.flags.manage');
  const { key, tenantId } = input;
  const reason = checkedReason(input.reason);
  if (typeof reason !== 'string') return auditRefused(ctx, key, 'invalid', reason);
  const wanted = { ...input, reason };
  const outcome =
    tenantId === null ? await everywhere(ctx, wanted) : await inOneTenant(ctx, tenantId, wanted);
  return outcome === 'done' ? outcome : auditRefused(ctx, key, outcome, outcome);
}

const everywhere = (ctx: Context, { key, reason, killed }: KillInput): Promise<'done' | 'flag-unknown'> =>
  ctx.transaction(async (transaction) => {
    await lockTenant(transaction);
    const flag = await flagWithKey(transaction, key);
    if (flag === undefined) return 'flag-unknown';
    await saveKill(transaction, key, killed ? reason : null);
    await audit(ctx, transaction, {
      action: killed ? 'flag.killed' : 'flag.revived',
      actor: callerParty(ctx),
      targets: [{ kind: 'flag', id: key }],
      before: { killed: flag.killedAt !== null, reason: flag.killReason },
      after: { killed, reason },
    });
    await tenantChanged(transaction, { flags: true });
    return 'done';
  });

const inOneTenant = (ctx: Context, tenantId: string, { key, reason, killed }: KillInput) =>
  inTenant(ctx, tenantId, async (transaction) => {
    const flag = await flagWithKey(transaction, key);
    const before = await overrideOf(transaction, key, 'kill');
    if (flag === undefined) return 'flag-unknown';
    if (!killed) {
      await deleteOverride(transaction, key, 'kill');
      await changed(ctx, transaction, 'flag.revived', { key, before });
      return 'done';
    }
    const kill = { key, layer: 'kill', variant: null, forced: true, reason, expiresAt: null } as const;
    const after = await saveOverride(transaction, { ...kill, setBy: callerParty(ctx) });
    await changed(ctx, transaction, 'flag.killed', { key, before, after });
    return 'done';
  });
