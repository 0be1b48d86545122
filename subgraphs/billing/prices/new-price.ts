import { AppError } from '@chorus/shared/errors.ts';
import { isCurrency } from '../money/money.ts';
import { chargeModel, MOST_UNITS, type ChargeModel } from './charge-model.ts';
import { itemText, type PriceItem } from './price-item.ts';
import type { PriceRow } from './prices.table.ts';

type Maybe<T> = T | null | undefined;

/** A charge model as the API takes it; which parts belong to a kind is checked here. */
export interface ModelInput {
  kind: ChargeModel['kind'];
  unitPrice?: Maybe<string>;
  tiers?: Maybe<readonly { upTo?: Maybe<bigint>; unitPrice: string; flatPrice?: Maybe<string> }[]>;
  packageSize?: Maybe<bigint>;
  packagePrice?: Maybe<string>;
  minimum?: Maybe<string>;
}

/** A price as staff asks for it. */
export interface NewPrice {
  item: PriceItem;
  currency?: Maybe<string>;
  model?: Maybe<ModelInput>;
  unitsFrom?: Maybe<bigint>;
  unitsTo?: Maybe<bigint>;
  validFrom?: Maybe<Date>;
  validTo?: Maybe<Date>;
  replace?: Maybe<boolean>;
  reason: string;
}

/** A price without whose it is. */
export type CheckedPrice = Pick<
  PriceRow,
  'item' | 'currency' | 'unitsFrom' | 'unitsTo' | 'validFrom' | 'validTo' | 'reason'
> & { model: ChargeModel | undefined; replace: boolean };

export type Refused = { refused: string };

const LONGEST_REASON = 500;
/** How late a client's now may come. */
const LATE_MS = 60_000;
const FARTHEST_MS = 10 * 366 * 86_400_000;

/** Undefined where all is well. */
export const reasonProblem = (reason: string): string | undefined =>
  reason.trim() === '' || reason.length > LONGEST_REASON || reason.includes('\0')
    ? `reason must be from 1 to ${LONGEST_REASON} characters.`
    : undefined;

/** The price as it will be kept, or the first thing that is wrong with it. `now` begins whatever begins at once. */
export function checkedPrice(asked: NewPrice, now: Date, currencyOfTenant?: string): CheckedPrice | Refused {
  const item = itemOf(asked.item);
  if (typeof item !== 'string') return item;
  const currency = asked.currency ?? currencyOfTenant ?? 'EUR';
  if (!isCurrency(currency)) return { refused: 'currency must be a code of ISO 4217, such as EUR.' };
  if (currencyOfTenant !== undefined && currency !== currencyOfTenant)
    return { refused: `The tenant pays in ${currencyOfTenant}.` };
  const reason = reasonProblem(asked.reason);
  if (reason !== undefined) return { refused: reason };
  const [unitsFrom, unitsTo] = [asked.unitsFrom ?? 0n, asked.unitsTo ?? null];
  if (
    unitsFrom < 0n ||
    unitsFrom > MOST_UNITS ||
    (unitsTo !== null && (unitsTo < unitsFrom || unitsTo > MOST_UNITS))
  )
    return { refused: `unitsFrom and unitsTo must be from 0 to ${MOST_UNITS}, and rise.` };
  const validity = checkedValidity(asked, now);
  if ('refused' in validity) return validity;
  const model = asked.model ? checkedModel(asked.model) : undefined;
  if (model !== undefined && 'refused' in model) return model;
  const replace = asked.replace === true;
  return { item, currency, unitsFrom, unitsTo, ...validity, model, replace, reason: asked.reason };
}

function itemOf(item: PriceItem): string | Refused {
  try {
    return itemText(item);
  } catch (error) {
    if (error instanceof AppError) return { refused: error.message };
    throw error;
  }
}

const second = (moment: Date): Date => new Date(Math.floor(moment.getTime() / 1000) * 1000);

/** What was is never priced anew; whole seconds, because that is what is told and prorated. */
export function checkedValidity(
  { validFrom, validTo }: Pick<NewPrice, 'validFrom' | 'validTo'>,
  now: Date,
): Pick<PriceRow, 'validFrom' | 'validTo'> | Refused {
  const asked = validFrom ?? now;
  if (Number.isNaN(asked.getTime()) || asked.getTime() < now.getTime() - LATE_MS)
    return { refused: 'validFrom must not be in the past.' };
  const from = second(asked < now ? now : asked);
  const to = validTo ? second(validTo) : null;
  const last = (to ?? from).getTime();
  if (Number.isNaN(last) || last - now.getTime() > FARTHEST_MS)
    return { refused: 'validFrom and validTo must be at most ten years away.' };
  if (to !== null && to <= from) return { refused: 'validTo must be later than validFrom.' };
  return { validFrom: from, validTo: to };
}

/** A charge model as it is kept, or why it is none. */
export function checkedModel(input: ModelInput): ChargeModel | Refused {
  const { kind, unitPrice, tiers, packageSize, packagePrice, minimum } = input;
  const parsed = chargeModel.safeParse(
    given({
      kind,
      unit: unitPrice,
      tiers: tiers?.map(({ upTo, unitPrice: unit, flatPrice: flat }) => ({
        upTo: upTo?.toString() ?? null,
        ...given({ unit, flat }),
      })),
      size: packageSize?.toString(),
      price: packagePrice,
      minimum,
    }),
  );
  if (parsed.success) return parsed.data;
  const [issue] = parsed.error.issues;
  return { refused: `The charge model is not valid: ${issue?.path.join('.')} ${issue?.message}.` };
}

const given = (parts: Record<string, unknown>) =>
  Object.fromEntries(Object.entries(parts).filter(([, value]) => value !== undefined && value !== null));
