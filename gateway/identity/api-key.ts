import type { BlockList } from 'node:net';
import { apiKeyMatches, parseApiKey } from '@chorus/shared/api-key.ts';
import { GLOBAL } from '@chorus/shared/event-bus.ts';
import { isWithin, networkList } from '@chorus/shared/networks.ts';
import { apiKeyRecordKind, type ApiKeyRecord } from '@chorus/shared/records.ts';
import type { Records } from '../tenant/tenant.ts';
import type { Credential } from './credential.ts';
import type { NoteUse } from './key-uses.ts';
import { refused } from './refusals.ts';

export interface ApiKeyRules {
  pepper: Buffer | undefined;
  /** Where keys of the demo are nobody's. */
  production: boolean;
}

/** API keys, checked against their record; without the pepper nobody can check one. */
export function apiKeys(records: Records, { pepper, production }: ApiKeyRules, noteUse: NoteUse): Credential {
  return async (token, address) => {
    const parts = parseApiKey(token);
    if (parts === undefined || pepper === undefined) throw refused({ kind: 'api-key', reason: 'malformed' });
    const found = await records.get(apiKeyRecordKind(parts.id), GLOBAL);
    const record = found?.body as ApiKeyRecord | undefined;
    const matches = apiKeyMatches(parts.secret, record?.hmac, pepper);
    const about = { kind: 'api-key', target: parts.id } as const;
    if (record === undefined) throw refused({ ...about, reason: 'unknown' });
    const { tenantId, owner, scopes, roles, rateLimit } = record;
    if (!matches || !mayComeFrom(record, address)) throw refused({ ...about, reason: 'unknown', tenantId });
    if (!isLive(record) || (production && record.demo === true))
      throw refused({ ...about, reason: 'ended', tenantId });
    noteUse({ tenantId, id: parts.id, address });
    return { kind: 'key', tenantId, subject: parts.id, owner, scopes, roles, rateLimit };
  };
}

/** A key ends by the clock; nobody tells that it has. */
const isLive = ({ active, expiresAt = Infinity }: ApiKeyRecord): boolean =>
  active && expiresAt > Date.now() / 1000;

/** Kept for as long as the record is the current one. */
const networksOf = new WeakMap<ApiKeyRecord, BlockList>();

function mayComeFrom(record: ApiKeyRecord, address: string): boolean {
  if (record.addresses.length === 0) return true;
  const networks = networksOf.get(record) ?? networkList(record.addresses);
  networksOf.set(record, networks);
  return isWithin(networks, address);
}
