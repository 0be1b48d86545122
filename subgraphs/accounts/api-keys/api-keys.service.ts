import type { Transaction } from '@chorus/db/context.ts';
import { isApiKeyId } from '@chorus/shared/api-key.ts';
import { connection, page, type PageArguments } from '@chorus/shared/connection.ts';
import { AppError } from '@chorus/shared/errors.ts';
import { audit } from '../audit/audit.service.ts';
import type { Context } from '../context.ts';
import { lockTenant, tenantChanged } from '../tenants/tenants.service.ts';
import { checkedApiKey, checkedScopes, type ApiKeyInput } from './api-key-input.ts';
import {
  countApiKeys,
  countLiveApiKeys,
  endApiKey,
  findApiKey,
  listApiKeys,
  rolesOfKeys,
  type ApiKeyPosition,
} from './api-keys.queries.ts';
import type { ApiKeyRow } from './api-keys.table.ts';
import { issueApiKey } from './issue.service.ts';

const MOST_LIVE = 100;

export async function tenantApiKeys(ctx: Context, args: PageArguments) {
  ctx.require('keys.read');
  const asked = page(args, ctx.tenantId, 'apiKeys');
  const after = asked.after === undefined ? undefined : position(asked.after);
  const rows = await listApiKeys(ctx, { limit: asked.first + 1, after });
  return connection(rows, asked, ({ id, name }) => `${id} ${name}`);
}

export function apiKeyCount(ctx: Context) {
  ctx.require('keys.read');
  return countApiKeys(ctx);
}

/** Names of the roles a key has now. */
export async function keyRoles(ctx: Context, id: string): Promise<string[]> {
  const held = await ctx.load(rolesOfKeys, id);
  return held?.map(({ name }) => name) ?? [];
}

export function statusOf({ revokedAt, expiresAt }: Pick<ApiKeyRow, 'revokedAt' | 'expiresAt'>) {
  if (revokedAt !== null) return 'REVOKED';
  return expiresAt !== null && expiresAt <= new Date() ? 'EXPIRED' : 'ACTIVE';
}

/** Who makes a key owns it, so no key ever does what its maker may not. */
export async function createApiKey(ctx: Context, input: ApiKeyInput) {
  const owner = keyManager(ctx);
  const wanted = checkedApiKey(input, new Date());
  if ('invalid' in wanted) return wanted;
  const scopes = checkedScopes(ctx.ability, input.scopes);
  if (!Array.isArray(scopes)) return scopes;
  return ctx.transaction(async (transaction) => {
    await lockTenant(transaction);
    if (await isFull(transaction)) return 'limit-reached';
    const issued = await issueApiKey(transaction, { ...wanted, scopes, owner }, ctx.services.apiKeyPepper);
    const { id } = issued.apiKey;
    await audit(ctx, transaction, {
      action: 'api-key.created',
      actor: { kind: 'member', id: owner },
      targets: [{ kind: 'key', id }],
      after: auditedKey(issued.apiKey),
    });
    await tenantChanged(transaction, { apiKeys: [id] });
    return issued;
  });
}

export async function revokeApiKey(ctx: Context, id: string) {
  const actor = { kind: 'member', id: keyManager(ctx) } as const;
  if (!isApiKeyId(id)) return 'not-found';
  return ctx.transaction(async (transaction) => {
    await lockTenant(transaction);
    const found = await findApiKey(transaction, id);
    if (found === undefined) return 'not-found';
    if (found.revokedAt !== null) return found;
    const revoked = await endApiKey(transaction, id, { revokedAt: new Date() });
    await audit(ctx, transaction, {
      action: 'api-key.revoked',
      actor,
      targets: [{ kind: 'key', id }],
      before: auditedKey(found),
    });
    await tenantChanged(transaction, { apiKeys: [id] });
    return revoked ?? 'not-found';
  });
}

/** The member who manages keys; a key manages none, whatever roles it has. */
export function keyManager(ctx: Context): string {
  ctx.require('keys.manage');
  const { kind, subject } = ctx.identity;
  if (kind !== 'member' || subject === null) throw ctx.denial('keys.manage');
  return subject;
}

export const isFull = async (transaction: Transaction): Promise<boolean> =>
  (await countLiveApiKeys(transaction)) >= MOST_LIVE;

/** What the audit log keeps of a key. */
export const auditedKey = ({ name, owner, scopes, addresses, rateLimit, expiresAt }: ApiKeyRow) => ({
  name,
  owner,
  scopes,
  addresses,
  rateLimit,
  expiresAt,
});

/** Cursors are not signed, so what they say is checked before a database sees it. */
function position(text: string): ApiKeyPosition {
  const [id, name] = [text.slice(0, 16), text.slice(17)];
  if (isApiKeyId(id) && !name.includes('\0')) return { id, name };
  throw new AppError('BAD_USER_INPUT', 'after is not a cursor of this list.');
}
