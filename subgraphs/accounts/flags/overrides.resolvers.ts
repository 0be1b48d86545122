import type { Resolvers } from '../generated/schema.ts';
import { clearedResult, overrideResult, ownOverrideResult } from './overrides.results.ts';
import {
  clearFeatureOverride,
  clearForcedFeature,
  featureOverrides,
  forceFeature,
  setFeatureOverride,
  tenantFeatureOverrides,
} from './overrides.service.ts';

export const resolvers: Resolvers = {
  Query: {
    featureOverrides: (_, _args, ctx) => featureOverrides(ctx),
    tenantFeatureOverrides: (_, { tenantId }, ctx) => tenantFeatureOverrides(ctx, tenantId),
  },
  Mutation: {
    setFeatureOverride: async (_, { input }, ctx) =>
      ownOverrideResult(await setFeatureOverride(ctx, { ...input, expiresAt: input.expiresAt ?? null })),
    clearFeatureOverride: async (_, { input: { flag } }, ctx) =>
      clearedResult(flag, await clearFeatureOverride(ctx, flag)),
    forceFeature: async (_, { input: { tenantId, ...input } }, ctx) => {
      const outcome = await forceFeature(ctx, tenantId, { ...input, expiresAt: input.expiresAt ?? null });
      return overrideResult(outcome);
    },
    clearForcedFeature: async (_, { input: { tenantId, flag } }, ctx) =>
      clearedResult(flag, await clearForcedFeature(ctx, tenantId, flag)),
  },
  FeatureOverride: {
    flag: ({ key }) => key,
    killed: ({ layer }) => layer === 'kill',
    byPlatform: ({ forced }) => forced,
  },
};
