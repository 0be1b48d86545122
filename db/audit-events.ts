import type { SubgraphRequest } from '@chorus/shared/subgraph.ts';
import type { Context, Transaction } from './context.ts';
import { originOf, type Origin } from './denials.ts';

/** What subgraphs without an audit log have written down in that of accounts. */
export type ToldAction =
  | 'plan.changed'
  | 'plan.change-refused'
  | 'plan-version.created'
  | 'price.set'
  | 'price.refused'
  | 'trial.ended';

/** Something that was done, as event `audit.told`. */
export interface ToldAudit {
  action: ToldAction;
  actor: { kind: 'member' | 'key' | 'staff' | 'unknown'; id?: string };
  /** Whether the platform did it to the tenant, so that it stands in both logs. */
  byPlatform: boolean;
  reason?: string;
  before?: object;
  after?: object;
  origin: Origin;
}

export const AUDIT_TOLD = 'audit.told';

type Told = Pick<ToldAudit, 'action' | 'reason' | 'before' | 'after'>;

/** Told in the transaction of the change: there is none without the other. Bigints are to be texts. */
export function tellAudit(
  { request, identity: { kind, subject } }: Pick<Context, 'request' | 'identity'>,
  transaction: Transaction,
  event: Told,
): Promise<void> {
  const told = kind === 'key' || kind === 'staff' ? kind : 'member';
  const actor: ToldAudit['actor'] = subject === null ? { kind: 'unknown' } : { kind: told, id: subject };
  const audit: ToldAudit = { ...event, actor, byPlatform: kind === 'staff', origin: originOf(request) };
  return transaction.emit(AUDIT_TOLD, audit);
}

/** The same for what happened by itself. */
export function tellAuditOfNobody(
  transaction: Transaction,
  requestId: SubgraphRequest['requestId'],
  event: Told,
): Promise<void> {
  const audit: ToldAudit = { ...event, actor: { kind: 'unknown' }, byPlatform: false, origin: { requestId } };
  return transaction.emit(AUDIT_TOLD, audit);
}
