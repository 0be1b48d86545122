import type { Database } from '@chorus/db/database.ts';
import type { PackedRules } from '@chorus/shared/ability.ts';
import { ACCESS_TOKEN_LIFETIME_S } from '@chorus/shared/access-token.ts';
import { memberRules } from '@chorus/shared/caller-rules.ts';
import { GLOBAL, type EventBus, type NewEvent } from '@chorus/shared/event-bus.ts';
import { apiKeyRecordKind, memberRecordKind } from '@chorus/shared/records.ts';
import type { Scope } from '../context.ts';
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
  const { members = [], apiKeys = [] } = event.data as TenantChange;
  for (const { id, version, body } of apiKeys.length === 0 ? [] : await apiKeyRecords(scope, apiKeys))
    await bus.putRecord({ kind: apiKeyRecordKind(id), tenantId: GLOBAL, version, body });
  // Before the tenant's own, so that whoever waits for the version of a token finds its member there.
  for (const { id, version, body } of members.length === 0 ? [] : await memberRecords(scope, members))
    await bus.putRecord({ kind: memberRecordKind(id), tenantId, version, body });
  const record = await accountsRecord(scope, ENDED_FOR_S);
  if (record !== undefined) await bus.putRecord({ kind: 'accounts', tenantId, ...record });
}

/** What a member may do as of now, by the same records the gateway decides with; nothing for one that is not active. */
export async function rulesNow(scope: Scope, memberId: string): Promise<PackedRules> {
  const [accounts, [member]] = await Promise.all([
    accountsRecord(scope, 0),
    memberRecords(scope, [memberId]),
  ]);
  if (accounts === undefined || member === undefined || !member.body.active) return [];
  const { tenantId } = scope;
  const nowS = Date.now() / 1000;
  return memberRules({ tenantId, accounts: accounts.body, member: member.body, memberId, nowS });
}
