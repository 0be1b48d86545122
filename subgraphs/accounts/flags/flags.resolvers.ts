import type { FlagLayer as Layer } from '@chorus/shared/flags/decision.ts';
import type { FlagLayer, Resolvers } from '../generated/schema.ts';
import { decidingRule, featureFlags, type OwnFlag } from './own-flags.service.ts';

const LAYERS: Record<Layer, FlagLayer> = {
  'global-kill': 'GLOBAL_KILL',
  'tenant-kill': 'TENANT_KILL',
  override: 'OVERRIDE',
  plan: 'PLAN',
  rule: 'RULE',
  rollout: 'ROLLOUT',
  default: 'DEFAULT',
  none: 'NONE',
};

const flagShown = ({ layer, until, ...flag }: OwnFlag) => ({
  ...flag,
  layer: LAYERS[layer],
  expiresAt: until === undefined ? null : new Date(until * 1000),
});

export const resolvers: Resolvers = {
  Query: {
    featureFlags: async (_, { keys }, ctx) => (await featureFlags(ctx, keys ?? undefined)).map(flagShown),
  },
  FeatureFlag: {
    rule: ({ rule }, _args, ctx) => decidingRule(ctx, rule),
  },
};
