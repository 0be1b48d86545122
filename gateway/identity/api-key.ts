import { apiKeyMatches, parseApiKey } from '@chorus/shared/api-key.ts';
import { GLOBAL } from '@chorus/shared/event-bus.ts';
import { apiKeyRecordKind, type ApiKeyRecord } from '@chorus/shared/records.ts';
import type { Records } from '../tenant/tenant.ts';
import type { Credential } from './credential.ts';
import { refused } from './refusals.ts';

export interface ApiKeyRules {
  pepper: Buffer | undefined;
  /** Where keys of the demo are nobody's. */
  production: boolean;
}

/** API keys, checked against their record; without the pepper nobody can check one. */
export function apiKeys(records: Records, { pepper, production }: ApiKeyRules): Credential {
  return async (token) => {
    const parts = parseApiKey(token);
    if (parts === undefined || pepper === undefined) throw refused({ kind: 'api-key', reason: 'malformed' });
    const found = await records.get(apiKeyRecordKind(parts.id), GLOBAL);
    const record = found?.body as ApiKeyRecord | undefined;
    const matches = apiKeyMatches(parts.secret, record?.hmac, pepper);
    const about = { kind: 'api-key', target: parts.id } as const;
    if (record === undefined) throw refused({ ...about, reason: 'unknown' });
    if (!matches) throw refused({ ...about, reason: 'unknown', tenantId: record.tenantId });
    if (!record.active || (production && record.demo === true))
      throw refused({ ...about, reason: 'ended', tenantId: record.tenantId });
    const { tenantId, owner, scopes, roles, rateLimit } = record;
    return { kind: 'key', tenantId, subject: parts.id, owner, scopes, roles, rateLimit };
  };
}
