import type { Database } from '@chorus/db/database.ts';
import { ACCESS_TOKEN_LIFETIME_S } from '@chorus/shared/access-token.ts';
import { GLOBAL, type EventBus, type NewEvent } from '@chorus/shared/event-bus.ts';
import type { SigningKey } from '@chorus/shared/keys.ts';
import { apiKeyRecordKind } from '@chorus/shared/records.ts';
import type { TenantChange } from '../tenants/tenants.service.ts';
import { accountsRecord, apiKeyRecords } from './records.queries.ts';

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
  const { apiKeys = [] } = event.data as TenantChange;
  for (const { id, version, body } of apiKeys.length === 0 ? [] : await apiKeyRecords(scope, apiKeys)) {
    await bus.putRecord({ kind: apiKeyRecordKind(id), tenantId: GLOBAL, version, body });
  }
  const record = await accountsRecord(scope, ENDED_FOR_S);
  if (record !== undefined) await bus.putRecord({ kind: 'accounts', tenantId, ...record });
}

/** Each start publishes the keys it signs with; the newest start is right. */
export const publishJwks = (bus: EventBus, { publicJwks }: SigningKey): Promise<void> =>
  bus.putRecord({ kind: 'jwks', tenantId: GLOBAL, version: Date.now(), body: publicJwks });
