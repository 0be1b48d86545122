import type { AddOnRow } from '../add-ons/add-ons.table.ts';
import type { PlanVersionRow } from '../plans/plan-versions.table.ts';
import type { PlanRow } from '../plans/plans.table.ts';
import type { PlanSubscriptionRow } from '../subscriptions/subscriptions.table.ts';

/** What there is to be had. */
export interface Catalogue {
  plans: readonly PlanRow[];
  versions: ReadonlyMap<string, readonly PlanVersionRow[]>;
  addOns: readonly AddOnRow[];
}

/** What a subscription is to become; what is left out stays, but for what comes with another plan. */
export interface WantedChange {
  plan?: string | null | undefined;
  seats?: number | null | undefined;
  addOns?: readonly string[] | null | undefined;
  trial?: boolean | null | undefined;
}

/** A plan in the version that is meant, with what is taken of it. */
export interface Choice {
  plan: PlanRow;
  version: PlanVersionRow;
  seats: number;
  addOns: string[];
  trialEndsAt: Date | null;
}

export type Refused = { refused: string };

export const MOST_SEATS = 10_000;
const DAY_MS = 86_400_000;

/** What the subscription is now. */
export function choiceOf(catalogue: Catalogue, row: PlanSubscriptionRow): Choice {
  const plan = catalogue.plans.find(({ id }) => id === row.planId);
  const version = catalogue.versions.get(row.planId)?.find((one) => one.version === row.planVersion);
  if (plan === undefined || version === undefined) throw new Error('a subscription to a plan there is not');
  const { seats, addOns, trialEndsAt } = row;
  return { plan, version, seats, addOns, trialEndsAt };
}

/** What it is to become, or why it cannot. `latest` is the version of a plan that can be had at the moment `at`. */
export function wantedChoice(
  catalogue: Catalogue,
  row: PlanSubscriptionRow,
  wanted: WantedChange,
  { at, latest }: { at: Date; latest: (plan: PlanRow) => PlanVersionRow },
): Choice | Refused {
  const now = choiceOf(catalogue, row);
  const plan = wanted.plan ? catalogue.plans.find(({ key }) => key === wanted.plan) : now.plan;
  if (plan === undefined) return { refused: 'There is no such plan.' };
  const isOther = plan.id !== now.plan.id;
  const version = isOther ? latest(plan) : now.version;
  const seats = wanted.seats ?? (isOther ? version.includedSeats : now.seats);
  if (seats < 1 || seats > MOST_SEATS) return { refused: `seats must be from 1 to ${MOST_SEATS}.` };
  const addOns = chosenAddOns(catalogue, now, version, wanted.addOns);
  if ('refused' in addOns) return addOns;
  const trial = trialOf(row, plan, version, wanted.trial === true, at);
  if ('refused' in trial) return trial;
  if (trial.endsAt === null) return { plan, version, seats, addOns: addOns.keys, trialEndsAt: null };
  if (seats > version.includedSeats || (wanted.addOns ?? []).length > 0)
    return {
      refused: `A trial is of the plan with its ${version.includedSeats} seats, and nothing beside it.`,
    };
  return { plan, version, seats, addOns: [], trialEndsAt: trial.endsAt };
}

function chosenAddOns(
  { addOns }: Catalogue,
  now: Choice,
  { features }: PlanVersionRow,
  wanted: readonly string[] | null | undefined,
): { keys: string[] } | Refused {
  const brings = (key: string) =>
    addOns.find((one) => one.key === key)?.features.some((feature) => !features.includes(feature)) === true;
  if (wanted === undefined || wanted === null) return { keys: now.addOns.filter(brings) };
  const keys = [...new Set(wanted)].toSorted();
  const unknown = keys.find((key) => !addOns.some((one) => one.key === key));
  if (unknown !== undefined) return { refused: 'There is no such add-on.' };
  const needless = keys.find((key) => !brings(key));
  if (needless !== undefined) return { refused: `The plan has all that ${needless} brings.` };
  return { keys };
}

/** Each plan can be tried once, by whoever does not have it yet; whatever else is changed ends a trial. */
function trialOf(
  row: PlanSubscriptionRow,
  plan: PlanRow,
  { trialDays }: PlanVersionRow,
  isAskedFor: boolean,
  at: Date,
): { endsAt: Date | null } | Refused {
  if (!isAskedFor) return { endsAt: null };
  if (trialDays === 0) return { refused: 'This plan cannot be tried.' };
  if (row.planId === plan.id || row.tried.includes(plan.key))
    return { refused: 'This plan was tried already.' };
  return { endsAt: new Date(at.getTime() + trialDays * DAY_MS) };
}
