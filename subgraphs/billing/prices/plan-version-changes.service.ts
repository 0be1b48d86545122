import { tellAudit } from '@chorus/db/audit-events.ts';
import { transactionOf, type Transaction } from '@chorus/db/context.ts';
import { once } from '@chorus/db/idempotency.ts';
import { newId } from '@chorus/shared/id.ts';
import { PLATFORM_TENANT } from '@chorus/shared/records.ts';
import type { Context } from '../context.ts';
import { isCurrency } from '../money/money.ts';
import { WITH_PRICES } from '../outdated.ts';
import { insertPlanVersion, versionsOfPlans } from '../plans/plan-versions.queries.ts';
import type { PlanVersionRow } from '../plans/plan-versions.table.ts';
import { listPlans } from '../plans/plans.queries.ts';
import type { ChargeModel } from './charge-model.ts';
import { checkedModel, checkedValidity, reasonProblem, type ModelInput, type Refused } from './new-price.ts';
import { countPlanned, lockBook, turnPage } from './price-book.queries.ts';
import { PRICE_BOOK_CHANGED } from './price-book.records.ts';
import { MOST_BOUNDARIES } from './price-changes.service.ts';
import { insertPrice } from './prices.queries.ts';

type Maybe<T> = T | null | undefined;

export interface VersionAsked {
  plan: string;
  features: readonly string[];
  includedSeats: number;
  trialDays?: Maybe<number>;
  operationLimit?: Maybe<bigint>;
  operationLimitHard?: Maybe<boolean>;
  validFrom?: Maybe<Date>;
  currency?: Maybe<string>;
  price?: Maybe<ModelInput>;
  seatPrice?: Maybe<ModelInput>;
  reason: string;
  idempotencyKey?: Maybe<string>;
}

interface Checked {
  validFrom: Date;
  currency: string;
  /** By what they are for. */
  models: readonly (readonly [string, ChargeModel])[];
}

const MOST_SEATS = 10_000;
const MOST_TRIAL_DAYS = 90;
const MOST_FEATURES = 50;
const MOST_OPERATIONS = 1_000_000_000_000n;
const FLAG = /^[a-z][a-z0-9_.-]{0,59}$/;

/** The next version of a plan, with its prices. */
export function createPlanVersion(ctx: Context, asked: VersionAsked): Promise<PlanVersionRow | Refused> {
  ctx.require('platform.plans.manage');
  const repeatable = { key: asked.idempotencyKey, operation: 'createPlanVersion', input: asked };
  return transactionOf(ctx.database, PLATFORM_TENANT, (transaction) =>
    once<PlanVersionRow | Refused>(transaction, repeatable, async () => {
      const checked = checkedVersion(asked, new Date());
      const made = 'refused' in checked ? checked : await makeVersion(ctx, transaction, asked, checked);
      if ('refused' in made) {
        await tellAudit(ctx, transaction, { action: 'price.refused', reason: made.refused });
        return made;
      }
      await turnPage(transaction);
      const after = { plan: asked.plan, ...made, reason: asked.reason };
      await tellAudit(ctx, transaction, { action: 'plan-version.created', after });
      await transaction.emit(PRICE_BOOK_CHANGED, {});
      await transaction.outdate(WITH_PRICES);
      return made;
    }),
  );
}

function checkedVersion(asked: VersionAsked, now: Date): Checked | Refused {
  const { features, includedSeats, plan } = asked;
  const trialDays = asked.trialDays ?? 0;
  if (features.length > MOST_FEATURES || !features.every((flag) => FLAG.test(flag)))
    return { refused: `features must be at most ${MOST_FEATURES} names of flags.` };
  if (includedSeats < 1 || includedSeats > MOST_SEATS)
    return { refused: `includedSeats must be from 1 to ${MOST_SEATS}.` };
  if (trialDays < 0 || trialDays > MOST_TRIAL_DAYS)
    return { refused: `trialDays must be from 0 to ${MOST_TRIAL_DAYS}.` };
  const limit = asked.operationLimit ?? 1n;
  if (limit < 1n || limit > MOST_OPERATIONS)
    return { refused: `operationLimit must be from 1 to ${MOST_OPERATIONS}.` };
  const reason = reasonProblem(asked.reason);
  if (reason !== undefined) return { refused: reason };
  const currency = asked.currency ?? 'EUR';
  if (!isCurrency(currency)) return { refused: 'currency must be a code of ISO 4217, such as EUR.' };
  const validity = checkedValidity({ validFrom: asked.validFrom }, now);
  if ('refused' in validity) return validity;
  const given = [
    [`plan:${plan}`, asked.price],
    ['seat', asked.seatPrice],
  ] as const;
  const models: (readonly [string, ChargeModel])[] = [];
  for (const [item, input] of given) {
    const model = input ? checkedModel(input) : undefined;
    if (model !== undefined && 'refused' in model) return model;
    if (model !== undefined) models.push([item, model]);
  }
  return { validFrom: validity.validFrom, currency, models };
}

const contentOf = ({
  features,
  includedSeats,
  trialDays,
  operationLimit,
  operationLimitHard,
}: VersionAsked): Omit<PlanVersionRow, 'planId' | 'version' | 'validFrom'> => ({
  features: [...new Set(features)],
  includedSeats,
  trialDays: trialDays ?? 0,
  operationLimit: operationLimit ? Number(operationLimit) : null,
  operationLimitHard: operationLimitHard ?? true,
});

async function makeVersion(
  ctx: Context,
  transaction: Transaction,
  asked: VersionAsked,
  { validFrom, currency, models }: Checked,
): Promise<PlanVersionRow | Refused> {
  const { plan: key, reason } = asked;
  await lockBook(transaction);
  const plan = (await listPlans(transaction)).find((one) => one.key === key);
  if (plan === undefined) return { refused: 'There is no such plan.' };
  if ((await countPlanned(transaction, new Date())) > MOST_BOUNDARIES - 2)
    return { refused: `At most ${MOST_BOUNDARIES} changes of prices can be planned ahead.` };
  const last = (await versionsOfPlans(transaction, [plan.id])).get(plan.id)?.at(-1);
  if (last !== undefined && validFrom < last.validFrom)
    return { refused: 'validFrom must not be before the version before it.' };
  const version = (last?.version ?? 0) + 1;
  const row: PlanVersionRow = { planId: plan.id, version, validFrom, ...contentOf(asked) };
  await insertPlanVersion(transaction, row);
  const subject = `plan:${key}@${version}`;
  const rest = { subject, currency, unitsFrom: 0n, unitsTo: null, validFrom, validTo: null, reason };
  for (const [item, model] of models)
    await insertPrice(transaction, {
      id: newId(),
      item,
      model,
      createdBy: ctx.identity.subject ?? 'staff',
      ...rest,
    });
  return row;
}
