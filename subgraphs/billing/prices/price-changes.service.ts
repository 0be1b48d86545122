import { tellAudit } from '@chorus/db/audit-events.ts';
import { transactionOf, type Transaction } from '@chorus/db/context.ts';
import { once } from '@chorus/db/idempotency.ts';
import { isId, newId } from '@chorus/shared/id.ts';
import { isSystemRole } from '@chorus/shared/permissions.ts';
import { PLATFORM_TENANT } from '@chorus/shared/records.ts';
import { listAddOns } from '../add-ons/add-ons.queries.ts';
import type { Context } from '../context.ts';
import { WITH_PRICES } from '../outdated.ts';
import { listPlans } from '../plans/plans.queries.ts';
import { lockSubscription, updateSubscription } from '../subscriptions/subscriptions.queries.ts';
import { checkedPrice, type CheckedPrice, type NewPrice, type Refused } from './new-price.ts';
import { countPlanned, lockBook, turnPage } from './price-book.queries.ts';
import { PRICE_BOOK_CHANGED } from './price-book.records.ts';
import { endPrices, insertPrice, overlapping } from './prices.queries.ts';
import type { PriceRow } from './prices.table.ts';

export type PriceOutcome = { price: PriceRow | null; ended: PriceRow[] } | Refused | { overlaps: string };

interface Asked {
  price: NewPrice;
  idempotencyKey?: string | null | undefined;
}

/** Prices of a book that may begin or end in future, so that what the gateways are told of it stays small. */
export const MOST_BOUNDARIES = 100;

const GROUP = /^[a-z0-9](?:[a-z0-9-]{0,38}[a-z0-9])?$/;
const SEAT_TYPE = /^[a-z][a-z0-9_-]{0,39}$/;

/** A price of one tenant's own. */
export async function setPriceOverride(
  ctx: Context,
  asked: Asked & { tenantId: string },
): Promise<PriceOutcome | 'unknown'> {
  ctx.require('platform.tenants.price');
  const { tenantId } = asked;
  if (!isId(tenantId)) return 'unknown';
  const outcome = await transactionOf(ctx.database, tenantId, (transaction) =>
    once<PriceOutcome | { unknown: true }>(transaction, request('setPriceOverride', asked), async () => {
      const row = await lockSubscription(transaction);
      if (row === undefined) return { unknown: true };
      const checked = checkedPrice(asked.price, new Date(), row.currency);
      const set = await changePrices(ctx, transaction, `contract:${tenantId}`, checked);
      if (!('ended' in set)) return set;
      await updateSubscription(transaction, {});
      await transaction.emit('tenant.changed', {});
      return set;
    }),
  );
  return 'unknown' in outcome ? 'unknown' : outcome;
}

/** A price of a group of customers, in all its tenants. */
export function setCustomerGroupPrice(
  ctx: Context,
  asked: Asked & { customerGroup: string },
): Promise<PriceOutcome> {
  ctx.require('platform.tenants.price');
  const { customerGroup } = asked;
  const problem = GROUP.test(customerGroup)
    ? undefined
    : 'customerGroup must be 1 to 40 lower-case letters, digits and inner hyphens.';
  return forAll(ctx, `group:${customerGroup}`, asked, request('setCustomerGroupPrice', asked), problem);
}

/** A price for callers of a role or a seat type. Roles of a tenant's own are meant by id, since anybody can choose their names. */
export function setMemberPrice(
  ctx: Context,
  asked: Asked & { role?: string | null | undefined; seatType?: string | null | undefined },
): Promise<PriceOutcome> {
  ctx.require('platform.plans.manage');
  const [role, seatType] = [asked.role ?? undefined, asked.seatType ?? undefined];
  const isRole = role !== undefined && (isSystemRole(role) || isId(role));
  const isSeat = seatType !== undefined && SEAT_TYPE.test(seatType);
  const isOne = (role === undefined) !== (seatType === undefined) && (isRole || isSeat);
  const problem = isOne ? undefined : 'Exactly one role (a locked one, or an id) or seat type must be given.';
  const subject = isRole ? `role:${role}` : `seat:${seatType}`;
  return forAll(ctx, subject, asked, request('setMemberPrice', asked), problem);
}

const request = (operation: string, asked: Asked) => ({ key: asked.idempotencyKey, operation, input: asked });

function forAll(
  ctx: Context,
  subject: string,
  { price }: Asked,
  repeatable: ReturnType<typeof request>,
  problem: string | undefined,
): Promise<PriceOutcome> {
  return transactionOf(ctx.database, PLATFORM_TENANT, (transaction) =>
    once(transaction, repeatable, async () => {
      const checked = problem === undefined ? checkedPrice(price, new Date()) : { refused: problem };
      const set = await changePrices(ctx, transaction, subject, checked);
      if ('ended' in set) await transaction.emit(PRICE_BOOK_CHANGED, {});
      return set;
    }),
  );
}

/** Prices, the count of the book's changes and the audit event in one transaction; what is refused is told once, and changes nothing else. */
async function changePrices(
  ctx: Context,
  transaction: Transaction,
  subject: string,
  checked: CheckedPrice | Refused,
): Promise<PriceOutcome> {
  const outcome = 'refused' in checked ? checked : await replacePrices(ctx, transaction, subject, checked);
  if (!('ended' in outcome)) {
    const reason = 'refused' in outcome ? outcome.refused : `overlaps ${outcome.overlaps}`;
    await tellAudit(ctx, transaction, { action: 'price.refused', reason, after: { subject } });
    return outcome;
  }
  const { price, ended } = outcome;
  await turnPage(transaction);
  await tellAudit(ctx, transaction, {
    action: 'price.set',
    before: { subject, ended: ended.map(told) },
    after: { subject, price: price && told(price) },
  });
  await transaction.outdate(WITH_PRICES);
  return outcome;
}

async function replacePrices(
  ctx: Context,
  transaction: Transaction,
  subject: string,
  { model, replace, ...wanted }: CheckedPrice,
): Promise<PriceOutcome> {
  await lockBook(transaction);
  const unknown = await unknownItem(transaction, wanted.item);
  if (unknown !== undefined) return { refused: unknown };
  if ((await countPlanned(transaction, new Date())) > MOST_BOUNDARIES - 2)
    return { refused: `At most ${MOST_BOUNDARIES} changes of prices can be planned ahead.` };
  const before = await overlapping(transaction, { subject, ...wanted });
  const [first] = before;
  if (first !== undefined && !replace) return { overlaps: first.id };
  if (first === undefined && model === undefined) return { refused: 'There is no price to end.' };
  const by = ctx.identity.subject ?? 'staff';
  const { validFrom: at, reason } = wanted;
  const ids = before.map(({ id }) => id);
  await endPrices(transaction, ids, { at, by, reason });
  const ended = before.map((row) => ({ ...row, validTo: at > row.validFrom ? at : row.validFrom }));
  if (model === undefined) return { price: null, ended };
  const price = await insertPrice(transaction, { id: newId(), subject, ...wanted, model, createdBy: by });
  return { price, ended };
}

async function unknownItem(transaction: Transaction, item: string): Promise<string | undefined> {
  const [kind, key] = item.split(':');
  if (kind === 'plan' && !(await listPlans(transaction)).some((plan) => plan.key === key))
    return 'There is no such plan.';
  if (kind === 'add_on' && !(await listAddOns(transaction)).some((addOn) => addOn.key === key))
    return 'There is no such add-on.';
  return undefined;
}

/** A price as the audit log has it. */
const told = ({ id, item, currency, unitsFrom, unitsTo, validFrom, validTo, model, reason }: PriceRow) => ({
  id,
  item,
  currency,
  units: [unitsFrom.toString(), unitsTo?.toString() ?? null],
  validFrom,
  validTo,
  model,
  reason,
});
