import { emitDenials } from '@chorus/db/denials.ts';
import type { Feature } from '@chorus/shared/subgraph-schema.ts';
import { resolvers as addOns } from './add-ons/add-ons.resolvers.ts';
import { resolvers as plans } from './plans/plans.resolvers.ts';
import { resolvers as priceChanges } from './prices/price-changes.resolvers.ts';
import { resolvers as prices } from './prices/prices.resolvers.ts';
import { resolvers as planChanges } from './quotes/plan-changes.resolvers.ts';
import { resolvers as quotes } from './quotes/quotes.resolvers.ts';
import { resolvers as subscriptions } from './subscriptions/subscriptions.resolvers.ts';
import { resolvers as usage } from './usage/usage.resolvers.ts';

const file = (path: string) => new URL(path, import.meta.url);

/** Everything this subgraph offers; a new feature is one line here. */
export const features: Feature[] = [
  { sdl: file('schema.graphql'), settle: emitDenials },
  { sdl: file('money/money.graphql') },
  { sdl: file('plans/plans.graphql'), resolvers: plans },
  { sdl: file('plans/plan-versions.graphql') },
  { sdl: file('add-ons/add-ons.graphql'), resolvers: addOns },
  { sdl: file('prices/prices.graphql'), resolvers: prices },
  { sdl: file('prices/price-changes.graphql'), resolvers: priceChanges },
  { sdl: file('subscriptions/subscriptions.graphql'), resolvers: subscriptions },
  { sdl: file('quotes/quotes.graphql'), resolvers: quotes },
  { sdl: file('quotes/plan-changes.graphql'), resolvers: planChanges },
  { sdl: file('usage/usage.graphql'), resolvers: usage },
];
