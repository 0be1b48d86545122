import { newId } from '@chorus/shared/id.ts';
import { PLATFORM_TENANT } from '@chorus/shared/records.ts';
import type { SubgraphRequest } from '@chorus/shared/subgraph.ts';
import { transactionOf, type Context, type Denial, type Transaction } from './context.ts';

/** Where a request came from, as the audit log tells it. */
export interface Origin {
  requestId: string;
  clientAddress?: string;
  userAgent?: string;
}

/** What a request was denied; as event `access.denied` it tells accounts, which keeps the audit log. */
export interface AccessDenied extends Denial {
  actor: { kind: 'member' | 'key' | 'staff'; id: string };
  origin: Origin;
}

/** More than any honest request is denied; the rest would tell nothing new. */
const MOST_DENIALS = 20;
const LONGEST_USER_AGENT = 300;

export function originOf({ requestId, clientAddress, userAgent }: SubgraphRequest): Origin {
  return {
    requestId,
    ...(clientAddress === undefined ? {} : { clientAddress }),
    ...(userAgent === undefined ? {} : { userAgent: userAgent.slice(0, LONGEST_USER_AGENT) }),
  };
}

/** Hands over what the request was denied, in one transaction of the tenant it was denied in; staff act in the platform's. */
export async function tellDenials(
  ctx: Context,
  tell: (transaction: Transaction, denied: AccessDenied, id: string) => Promise<void>,
): Promise<void> {
  const origin = originOf(ctx.request);
  for (const { identity, denials } of ctx.denied) {
    if (identity.subject === null) continue;
    const kind = identity.kind === 'key' || identity.kind === 'staff' ? identity.kind : 'member';
    const actor = { kind, id: identity.subject } as const;
    await transactionOf(ctx.database, identity.tenantId ?? PLATFORM_TENANT, async (transaction) => {
      for (const denial of denials.slice(0, MOST_DENIALS))
        await tell(transaction, { ...denial, actor, origin }, newId());
    });
  }
}

/** What a subgraph without an audit log does once an operation has run. */
export const emitDenials = (ctx: Context): Promise<void> =>
  tellDenials(ctx, (transaction, denied) => transaction.emit('access.denied', denied));
