import type { Transaction } from '@chorus/db/context.ts';
import { isApiKeyId } from '@chorus/shared/api-key.ts';
import { saveAssignments } from '../assignments/assignments.queries.ts';
import { audit } from '../audit/audit.service.ts';
import type { Context } from '../context.ts';
import { lockTenant, tenantChanged } from '../tenants/tenants.service.ts';
import { checkedScopes } from './api-key-input.ts';
import { endApiKey, findApiKey, isReplaced, rolesOfKeys } from './api-keys.queries.ts';
import type { ApiKeyRow } from './api-keys.table.ts';
import { auditedKey, isFull, keyManager, statusOf } from './api-keys.service.ts';
import { issueApiKey } from './issue.service.ts';

const DAY_S = 86_400;
const MAX_OVERLAP_S = 7 * DAY_S;

/**
 * Replaces a key. The new one belongs to who rotates it, since only they see it: so it does nothing they may not do.
 * It gets as long a life as the old one was made for.
 */
export async function rotateApiKey(ctx: Context, id: string, overlapS = DAY_S) {
  const owner = keyManager(ctx);
  if (overlapS < 0 || overlapS > MAX_OVERLAP_S)
    return { invalid: `The overlap must be from 0 to ${MAX_OVERLAP_S} seconds.` };
  if (!isApiKeyId(id)) return 'not-found';
  return ctx.transaction(async (transaction) => {
    await lockTenant(transaction);
    const old = await findApiKey(transaction, id);
    if (old === undefined) return 'not-found';
    if (statusOf(old) !== 'ACTIVE') return 'ended';
    if (await isReplaced(transaction, id)) return 'replaced';
    const scopes = checkedScopes(ctx.ability, old.scopes);
    if (!Array.isArray(scopes)) return scopes;
    if (await isFull(transaction)) return 'limit-reached';
    const issued = await issueApiKey(transaction, successorOf(old, owner), ctx.services.apiKeyPepper);
    await inheritRoles(transaction, old, issued.apiKey);
    await endApiKey(transaction, id, { expiresAt: endOf(old, overlapS) });
    await audit(ctx, transaction, {
      action: 'api-key.rotated',
      actor: { kind: 'member', id: owner },
      targets: [old, issued.apiKey].map((key) => ({ kind: 'key', id: key.id })),
      before: auditedKey(old),
      after: { ...auditedKey(issued.apiKey), overlapSeconds: overlapS },
    });
    await tenantChanged(transaction, { apiKeys: [id, issued.apiKey.id] });
    return issued;
  });
}

const successorOf = ({ id, name, scopes, addresses, rateLimit, demo, ...old }: ApiKeyRow, owner: string) => ({
  name,
  owner,
  scopes,
  addresses,
  rateLimit,
  demo,
  replaces: id,
  expiresAt:
    old.expiresAt === null ? null : new Date(Date.now() + old.expiresAt.getTime() - old.createdAt.getTime()),
});

/** Never later than it would have ended anyway. */
const endOf = ({ expiresAt }: ApiKeyRow, overlapS: number): Date =>
  new Date(Math.min(expiresAt?.getTime() ?? Infinity, Date.now() + overlapS * 1000));

async function inheritRoles(transaction: Transaction, from: ApiKeyRow, to: ApiKeyRow): Promise<void> {
  const held = (await rolesOfKeys(transaction, [from.id])).get(from.id) ?? [];
  await saveAssignments(
    transaction,
    held.map(({ role, expiresAt, source }) => ({
      role,
      expiresAt,
      source,
      subjectKind: 'key',
      subjectId: to.id,
      assignedBy: to.owner,
    })),
  );
}
