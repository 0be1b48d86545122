import { tellAudit } from '@chorus/db/audit-events.ts';
import type { CallerTransaction } from '@chorus/db/context.ts';
import { once } from '@chorus/db/idempotency.ts';
import { newId } from '@chorus/shared/id.ts';
import type { Context } from '../context.ts';
import { money, type Money } from '../money/money.ts';
import { WITH_SUBSCRIPTION } from '../outdated.ts';
import { callerTerms, personalSubjects, readPrices, type Terms } from '../prices/caller-prices.service.ts';
import { insertChange } from '../subscriptions/subscription-changes.queries.ts';
import { lockSubscription, updateSubscription } from '../subscriptions/subscriptions.queries.ts';
import type { PlanSubscriptionRow } from '../subscriptions/subscriptions.table.ts';
import { choose, wholeCatalogue } from './quotes.service.ts';
import { reckon, type Reckoning } from './reckoning.service.ts';
import { choiceOf, type Catalogue, type Choice, type Refused, type WantedChange } from './wanted.ts';

export interface ChangeAsked extends WantedChange {
  prorationAt?: Date | null | undefined;
  expectedTotal?: bigint | null | undefined;
  idempotencyKey?: string | null | undefined;
}

type Problem = Refused | { inUse: number | null } | { outdated: Money };
export type ChangeOutcome = { changed: PlanSubscriptionRow } | Problem;

const QUOTED_MS = 15 * 60_000;

/** Everything but the subscription, which is read behind its lock. */
interface Known {
  catalogue: Catalogue;
  terms: Terms;
  inUse: number | undefined;
}

/** Changes the subscription, keeps what that costs, and tells the gateways, in one transaction with the answer to its key. */
export async function changePlan(ctx: Context, asked: ChangeAsked): Promise<ChangeOutcome> {
  ctx.require('billing.manage');
  const [catalogue, inUse] = await Promise.all([
    wholeCatalogue(ctx),
    ctx.services.membersInUse(ctx.tenantId),
  ]);
  const known = { catalogue, inUse, terms: callerTerms(ctx) };
  const repeatable = { key: asked.idempotencyKey, operation: 'changePlan', input: asked };
  return ctx.transaction((transaction) =>
    once<ChangeOutcome>(transaction, repeatable, () => change(ctx, transaction, asked, known)),
  );
}

async function change(
  ctx: Context,
  transaction: CallerTransaction,
  asked: ChangeAsked,
  known: Known,
): Promise<ChangeOutcome> {
  const row = await lockSubscription(transaction);
  const planned = await plan(transaction, row, asked, known);
  if (!('reckoning' in planned)) {
    const reason = reasonOf(planned);
    await tellAudit(ctx, transaction, { action: 'plan.change-refused', reason });
    return planned;
  }
  const changed = await settle(transaction, planned, known.terms);
  await tellAudit(ctx, transaction, {
    action: 'plan.changed',
    before: told(choiceOf(known.catalogue, planned.row)),
    after: { ...told(planned.choice), total: money(planned.reckoning.total, planned.row.currency).amount },
  });
  await transaction.emit('tenant.changed', { plan: planned.choice.plan.key });
  await transaction.outdate(WITH_SUBSCRIPTION);
  return { changed };
}

interface Planned {
  row: PlanSubscriptionRow;
  choice: Choice;
  reckoning: Reckoning;
  at: Date;
}

/** What is to be done, or why it is not; nothing is written. */
async function plan(
  transaction: CallerTransaction,
  row: PlanSubscriptionRow | undefined,
  asked: ChangeAsked,
  { catalogue, terms, inUse }: Known,
): Promise<Planned | Problem> {
  if (row === undefined) return { refused: 'There is no subscription to change yet.' };
  if (row.status === 'SUSPENDED') return { refused: 'The subscription is suspended.' };
  const at = asked.prorationAt ?? terms.now;
  if (!isRecent(at, row, terms.now))
    return { refused: 'prorationAt must be within the last 15 minutes, and not before the last change.' };
  const choice = choose(catalogue, row, asked, at);
  if ('refused' in choice) return choice;
  if (isSame(choice, choiceOf(catalogue, row))) return { refused: 'Nothing would change.' };
  if (inUse === undefined ? choice.seats < row.seats : choice.seats < inUse) return { inUse: inUse ?? null };
  const asking = { row, choice, terms, at };
  const reckoning = await reckon(catalogue, asking, (on, items) => readPrices(transaction, on, items));
  const { expectedTotal } = asked;
  if (expectedTotal !== null && expectedTotal !== undefined && expectedTotal !== reckoning.total)
    return { outdated: money(reckoning.total, row.currency) };
  return { row, choice, reckoning, at };
}

function isRecent(at: Date, { changedAt }: PlanSubscriptionRow, now: Date): boolean {
  const time = at.getTime();
  return time <= now.getTime() && time >= now.getTime() - QUOTED_MS && at >= changedAt;
}

const isSame = (one: Choice, other: Choice): boolean =>
  one.plan.id === other.plan.id &&
  one.seats === other.seats &&
  one.addOns.join() === other.addOns.toSorted().join() &&
  one.trialEndsAt?.getTime() === other.trialEndsAt?.getTime();

async function settle(
  transaction: CallerTransaction,
  { row, choice, reckoning, at }: Planned,
  terms: Terms,
): Promise<PlanSubscriptionRow> {
  const { plan: taken, version, seats, addOns, trialEndsAt } = choice;
  const changed = await updateSubscription(transaction, {
    planId: taken.id,
    planVersion: version.version,
    seats,
    addOns,
    trialEndsAt,
    tried: trialEndsAt === null ? row.tried : [...row.tried, taken.key],
    terms: personalSubjects(terms),
    changedAt: at,
  });
  if (changed === undefined) throw new Error('a locked subscription is gone');
  const { currency, id: subscriptionId } = row;
  const lines = reckoning.prorations.map(({ quantity, amount, from, to, ...line }) => ({
    ...line,
    quantity: quantity.toString(),
    amount: amount.toString(),
    from: from.toISOString(),
    to: to.toISOString(),
  }));
  await insertChange(transaction, {
    id: newId(),
    subscriptionId,
    at,
    currency,
    lines,
    total: reckoning.total,
  });
  return changed;
}

function reasonOf(problem: Problem): string {
  if ('refused' in problem) return problem.refused;
  return 'inUse' in problem ? 'More members than seats.' : 'The total was not the expected one.';
}

const told = ({ plan: { key }, version: { version }, seats, addOns, trialEndsAt }: Choice) => ({
  plan: `${key}@${version}`,
  seats,
  addOns,
  trialEndsAt,
});
