import { emitDenials } from '@chorus/db/denials.ts';
import type { Feature } from '@chorus/shared/subgraph-schema.ts';
import { resolvers as plans } from './plans/plans.resolvers.ts';
import { resolvers as subscriptions } from './subscriptions/subscriptions.resolvers.ts';
import { resolvers as usage } from './usage/usage.resolvers.ts';

const file = (path: string) => new URL(path, import.meta.url);

/** Everything this subgraph offers; a new feature is one line here. */
export const features: Feature[] = [
  { sdl: file('schema.graphql'), settle: emitDenials },
  { sdl: file('money/money.graphql') },
  { sdl: file('plans/plans.graphql'), resolvers: plans },
  { sdl: file('subscriptions/subscriptions.graphql'), resolvers: subscriptions },
  { sdl: file('usage/usage.graphql'), resolvers: usage },
];
