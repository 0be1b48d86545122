import type { Transaction } from '@chorus/db/context.ts';
import type { FlagDefinition } from '@chorus/shared/flags/definition.ts';
import { parseDefinition } from '@chorus/shared/flags/definition-problem.ts';
import { audit, callerParty } from '../audit/audit.service.ts';
import type { Context } from '../context.ts';
import { lockTenant, tenantChanged } from '../tenants/tenants.service.ts';
import { differences, type Difference } from './difference.ts';
import { checkedReason } from './flag-input.ts';
import {
  flagWithKey,
  listFlags,
  listUnused,
  listVersions,
  saveFlag,
  saveVersion,
  versionOf,
} from './flags.queries.ts';
import type { FlagInfoRow, FlagVersionRow } from './flags.table.ts';
import { auditRefused } from './refused.service.ts';
import { roomProblem } from './room.ts';

export interface Defined {
  flag: FlagInfoRow;
  changes: Difference[];
}

export type DefinitionRefusal = { invalid: string } | { conflict: number };

/** Which version a change is made from, and why; not checked. */
interface Change {
  basedOn: number;
  reason: string;
}

export function flagDefinitions(ctx: Context): Promise<FlagInfoRow[]> {
  ctx.require('platform.flags.read');
  return listFlags(ctx);
}

export function flagVersions(ctx: Context, key: string): Promise<FlagVersionRow[]> {
  ctx.require('platform.flags.read');
  return listVersions(ctx, key);
}

export function unusedFlags(ctx: Context): Promise<FlagInfoRow[]> {
  ctx.require('platform.flags.read');
  return listUnused(ctx);
}

/** Refused as a whole when anything about it cannot be, or somebody else was faster. */
export async function defineFlag(
  ctx: Context,
  input: unknown,
  change: Change,
): Promise<Defined | DefinitionRefusal> {
  ctx.require('platform.flags.manage');
  const definition = parseDefinition(input);
  if ('refused' in definition) return refuse(ctx, 'unreadable', { invalid: definition.refused });
  return changeFlag<never>(ctx, definition.key, change, () => Promise.resolve(definition));
}

/** A version that was is the next one; none is lost. */
export async function rollBackFlag(
  ctx: Context,
  key: string,
  version: number,
  change: Change,
): Promise<Defined | DefinitionRefusal | 'flag-unknown'> {
  ctx.require('platform.flags.manage');
  return changeFlag(
    ctx,
    key,
    change,
    async (transaction) => (await versionOf(transaction, key, version))?.definition ?? 'flag-unknown',
    version,
  );
}

async function changeFlag<Unknown extends 'flag-unknown' = never>(
  ctx: Context,
  key: string,
  { basedOn, reason: words }: Change,
  wanted: (transaction: Transaction) => Promise<FlagDefinition | Unknown>,
  repeats?: number,
): Promise<Defined | DefinitionRefusal | Unknown> {
  const reason = checkedReason(words);
  if (typeof reason !== 'string') return refuse(ctx, key, reason);
  const outcome = await ctx.transaction(
    async (transaction): Promise<Defined | DefinitionRefusal | Unknown> => {
      await lockTenant(transaction);
      const before = await flagWithKey(transaction, key);
      const version = before?.version ?? 0;
      if (version !== basedOn) return { conflict: version };
      const definition = await wanted(transaction);
      if (typeof definition === 'string') return definition;
      const full = roomProblem(await listFlags(transaction), definition);
      if (full !== undefined) return { invalid: full };
      const changes = differences(before?.definition ?? {}, definition);
      const flag = await saveFlag(transaction, { key, version: version + 1, definition });
      const row = { key, version: flag.version, definition, reason, author: callerParty(ctx) };
      await saveVersion(transaction, { ...row, ...(repeats !== undefined && { repeats }) });
      await auditChange(ctx, transaction, flag, { before, repeats, changes });
      await tenantChanged(transaction, { flags: true });
      return { flag, changes };
    },
  );
  return typeof outcome === 'object' && 'flag' in outcome ? outcome : refuse(ctx, key, outcome);
}

/** The log tells what is different; the versions tell the rest. */
async function auditChange(
  ctx: Context,
  transaction: Transaction,
  { key, version }: FlagInfoRow,
  about: { before: FlagInfoRow | undefined; repeats: number | undefined; changes: readonly Difference[] },
): Promise<void> {
  const { before, repeats, changes } = about;
  const side = (of: 'before' | 'after') =>
    Object.fromEntries(changes.map((one) => [one.path, one[of] ?? null]));
  await audit(ctx, transaction, {
    action: repeats === undefined ? 'flag.defined' : 'flag.rolled-back',
    actor: callerParty(ctx),
    targets: [{ kind: 'flag', id: key }],
    ...(before && { before: { version: before.version, ...side('before') } }),
    after: { version, ...(repeats !== undefined && { repeats }), ...side('after') },
  });
}

function refuse<Refusal extends DefinitionRefusal | 'flag-unknown'>(
  ctx: Context,
  key: string,
  refusal: Refusal,
): Promise<Refusal> {
  return auditRefused(ctx, key, reasonOf(refusal), refusal);
}

function reasonOf(refusal: DefinitionRefusal | 'flag-unknown'): string {
  if (typeof refusal === 'string') return refusal;
  return 'invalid' in refusal ? 'invalid' : 'conflict';
}
