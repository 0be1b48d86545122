import { verifyAccessToken, type VerifiedAccessToken } from '@chorus/shared/access-token.ts';
import { AppError } from '@chorus/shared/errors.ts';
import { GLOBAL } from '@chorus/shared/event-bus.ts';
import { keySet, type KeySet } from '@chorus/shared/keys.ts';
import type { JwksRecord } from '@chorus/shared/records.ts';
import { LRUCache } from 'lru-cache';
import type { Caller } from '../caller.ts';
import type { Records } from '../tenant/tenant.ts';
import type { Credential } from './credential.ts';

const MOST_TOKENS = 50_000;
const REREAD_MS = 1000;

/** Access tokens of accounts; a verified token is remembered by its bytes until it ends or the keys change. */
export function sessions(records: Records): Credential {
  const verified = new LRUCache<string, { caller: Caller; exp: number; keys: KeySet }>({ max: MOST_TOKENS });
  const current = currentKeys(records);
  return async (token) => {
    const keys = await current.keys();
    const known = verified.get(token);
    if (known !== undefined && known.keys === keys && known.exp > Date.now() / 1000) return known.caller;
    const claims = await verifyAccessToken(token, keys).catch(async (failure: unknown) => {
      const newer = isUnknownKey(failure) ? await current.newer() : undefined;
      if (newer === undefined) throw failure;
      return verifyAccessToken(token, newer);
    });
    const caller = callerOf(claims);
    verified.set(token, { caller, exp: claims.exp, keys: await current.keys() });
    return caller;
  };
}

const callerOf = ({ tid, sub, sid, pv, amr, auth_time, mfa_at }: VerifiedAccessToken): Caller => ({
  kind: 'member',
  tenantId: tid,
  subject: sub,
  sessionId: sid,
  version: pv,
  amr,
  authTime: auth_time,
  mfaAt: mfa_at ?? null,
});

const isUnknownKey = (failure: unknown): boolean =>
  failure instanceof Error &&
  (failure.cause as { code?: unknown } | undefined)?.code === 'ERR_JWKS_NO_MATCHING_KEY';

/** Follows the published keys; an unknown key id makes it look again, at most once a second. */
function currentKeys(records: Records) {
  let held: { body: unknown; keys: KeySet } | undefined;
  let reread = 0;
  const from = (body: unknown): KeySet => {
    if (body === undefined) throw new AppError('SUBGRAPH_UNAVAILABLE');
    if (held?.body !== body) held = { body, keys: keySet(body as JwksRecord) };
    return held.keys;
  };
  return {
    keys: async () => from((await records.get('jwks', GLOBAL))?.body),
    newer: async () => {
      if (Date.now() - reread < REREAD_MS) return undefined;
      reread = Date.now();
      const record = await records.reread('jwks', GLOBAL).catch(() => undefined);
      return record === undefined ? undefined : from(record.body);
    },
  };
}
