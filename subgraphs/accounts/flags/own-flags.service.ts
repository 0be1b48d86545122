import { flagCaller } from '@chorus/shared/flags/caller.ts';
import type { FlagDecision } from '@chorus/shared/flags/decision.ts';
import type { BillingRecord } from '@chorus/shared/records.ts';
import { AppError } from '@chorus/shared/errors.ts';
import type { Context } from '../context.ts';
import { accountsRecord, apiKeyRecords, memberRecords } from '../records/records.queries.ts';
import { storedFlags } from './flags.queries.ts';
import { overridesRecord } from './overrides.queries.ts';

export interface OwnFlag extends FlagDecision {
  /** The smallest plan that has it, where the tenant's has not. */
  upgrade: string | null;
}

const MOST_KEYS = 50;

/** Those of the keys that exist, or all. */
export async function featureFlags(ctx: Context, keys?: readonly string[]): Promise<OwnFlag[]> {
  if (keys === undefined) return ownFlags(ctx);
  if (keys.length > MOST_KEYS)
    throw new AppError('BAD_USER_INPUT', `Ask for at most ${MOST_KEYS} flags by key.`);
  const found = (await ownFlags(ctx)).filter(({ key }) => keys.includes(key));
  await ctx.services.noteFlags(found.map(({ key }) => key));
  return found;
}

/** Decides as the gateway does, by the rows its records are made of. */
async function ownFlags(ctx: Context): Promise<OwnFlag[]> {
  const memberId = await callingFor(ctx);
  const { tenantId } = ctx;
  const [accounts, [member], overrides, flags, billing] = await Promise.all([
    accountsRecord(ctx, 0),
    memberRecords(ctx, [memberId]),
    overridesRecord(ctx),
    storedFlags(ctx),
    ctx.services.billing(tenantId),
  ]);
  if (accounts === undefined || member === undefined) throw new AppError('UNAUTHENTICATED');
  const nowS = Date.now() / 1000;
  const asked = { tenantId, accounts: accounts.body, member: member.body, memberId, nowS };
  const caller = flagCaller(asked, { accounts: accounts.body, billing, overrides });
  return [...ctx.services.flags({ flags }).decideAll(caller).values()]
    .toSorted((a, b) => (a.key < b.key ? -1 : 1))
    .map((decision) => ({
      ...decision,
      upgrade: upgradeOf(decision, billing?.upgrades),
    }));
}

/** Nobody is offered a plan for what is off for another reason. */
const upgradeOf = ({ key, layer }: FlagDecision, upgrades: BillingRecord['upgrades'] = {}): string | null =>
  layer === 'plan' && Object.hasOwn(upgrades, key) ? (upgrades[key] ?? null) : null;

/** Who sees which rule decided is asked for apart. */
export function decidingRule(ctx: Context, rule: string | null | undefined): string | null {
  ctx.require('request.explain');
  return rule ?? null;
}

/** The member who calls, or whom the key belongs to. */
async function callingFor(ctx: Context): Promise<string> {
  const { kind, subject } = ctx.identity;
  if (kind === 'anonymous' || subject === null) throw new AppError('UNAUTHENTICATED');
  if (kind !== 'key') return subject;
  const [key] = await apiKeyRecords(ctx, [subject]);
  if (key === undefined) throw new AppError('UNAUTHENTICATED');
  return key.body.owner;
}
