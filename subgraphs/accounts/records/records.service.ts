import type { Database } from '@chorus/db/database.ts';
import type { PackedRules } from '@chorus/shared/ability.ts';
import { ACCESS_TOKEN_LIFETIME_S } from '@chorus/shared/access-token.ts';
import { memberRules, type Asked } from '@chorus/shared/caller-rules.ts';
import { GLOBAL, type EventBus, type NewEvent } from '@chorus/shared/event-bus.ts';
import { apiKeyRecordKind, memberRecordKind } from '@chorus/shared/records.ts';
import type { Scope } from '../context.ts';
import { writeFlagRecords } from '../flags/flags.records.ts';
import type { TenantChange } from '../tenants/tenants.service.ts';
import { accountsRecord, apiKeyRecords, memberRecords } from './records.queries.ts';

/** A minute more than any access token lives, for tokens signed while their session was ending. */
const ENDED_FOR_S = ACCESS_TOKEN_LIFETIME_S + 60;

/** Writes the records an event tells of, before it is published; `database` is reached as the worker role. */
export async function writeAccountsRecords(
  database: Database,
  bus: EventBus,
  event: NewEvent,
): Promise<void> {
  if (event.type !== 'tenant.changed') return;
  const { tenantId } = event;
  const scope = { db: database.statements(tenantId), tenantId };
  const { members = [], apiKeys = [], flags = false } = event.data as TenantChange;
  for (const { id, version, body } of apiKeys.length === 0 ? [] : await apiKeyRecords(scope, apiKeys))
    await bus.putRecord({ kind: apiKeyRecordKind(id), tenantId: GLOBAL, version, body });
  // Before the tenant's own, so that whoever waits for the version of a token finds its member there.
  for (const { id, version, body } of members.length === 0 ? [] : await memberRecords(scope, members))
    await bus.putRecord({ kind: memberRecordKind(id), tenantId, version, body });
  const record = await accountsRecord(scope, ENDED_FOR_S);
  if (record === undefined) return;
  if (flags) await writeFlagRecords(scope, bus, record.version);
  await bus.putRecord({ kind: 'accounts', tenantId, ...record });
}

/** What the gateway decides with about a member as of now; undefined for one that is not active. */
export async function heldNow(scope: Scope, memberId: string): Promise<Asked | undefined> {
  const [accounts, [member]] = await Promise.all([
    accountsRecord(scope, 0),
    memberRecords(scope, [memberId]),
  ]);
  if (accounts === undefined || member === undefined || !member.body.active) return undefined;
  const { tenantId } = scope;
  const nowS = Date.now() / 1000;
  return { tenantId, accounts: accounts.body, member: member.body, memberId, nowS };
}

/** What a member may do as of now; nothing for one that is not active. */
export async function rulesNow(scope: Scope, memberId: string): Promise<PackedRules> {
  const asked = await heldNow(scope, memberId);
  return asked === undefined ? [] : memberRules(asked);
}

/**
 * Asked at the end of what widens or narrows the rules of members: what does not fit would shut them out.
 * @throws AppError BAD_USER_INPUT when the rules of one of them are too large for a signed identity
 */
export async function requireRulesFit(scope: Scope, memberIds: readonly string[]): Promise<void> {
  const accounts = await accountsRecord(scope, 0);
  if (accounts === undefined || memberIds.length === 0) return;
  const members = await memberRecords(scope, memberIds);
  const { tenantId } = scope;
  const nowS = Date.now() / 1000;
  const distinct = new Map(
    members.map((member) => [JSON.stringify([member.body.roles, member.body.groups]), member]),
  );
  for (const { id, body } of distinct.values())
    memberRules({ tenantId, accounts: accounts.body, member: body, memberId: id, nowS });
}
