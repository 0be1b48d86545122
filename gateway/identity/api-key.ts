import { apiKeyMatches, parseApiKey } from '@chorus/shared/api-key.ts';
import { AppError } from '@chorus/shared/errors.ts';
import { GLOBAL } from '@chorus/shared/event-bus.ts';
import { apiKeyRecordKind, type ApiKeyRecord } from '@chorus/shared/records.ts';
import type { Records } from '../tenant/tenant.ts';
import type { Credential } from './credential.ts';

export interface ApiKeyRules {
  pepper: Buffer | undefined;
  /** Where keys of the demo are nobody's. */
  production: boolean;
}

/** API keys, checked against their record; without the pepper nobody can check one. */
export function apiKeys(records: Records, { pepper, production }: ApiKeyRules): Credential {
  return async (token) => {
    const parts = parseApiKey(token);
    if (parts === undefined || pepper === undefined) throw new AppError('UNAUTHENTICATED');
    const found = await records.get(apiKeyRecordKind(parts.id), GLOBAL);
    const record = found?.body as ApiKeyRecord | undefined;
    const matches = apiKeyMatches(parts.secret, record?.hmac, pepper);
    if (!matches || record === undefined || !record.active) throw new AppError('UNAUTHENTICATED');
    if (production && record.demo === true) throw new AppError('UNAUTHENTICATED');
    const { tenantId, owner, scopes, roles, rateLimit } = record;
    return { kind: 'key', tenantId, subject: parts.id, owner, scopes, roles, rateLimit };
  };
}
