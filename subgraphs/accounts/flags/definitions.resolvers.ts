import type { Resolvers } from '../generated/schema.ts';
import { definedResult, switchedResult } from './definitions.results.ts';
import {
  defineFlag,
  flagDefinitions,
  flagVersions,
  rollBackFlag,
  unusedFlags,
} from './definitions.service.ts';
import { differences } from './difference.ts';
import { switchFlag } from './kills.service.ts';

export const resolvers: Resolvers = {
  Query: {
    flagDefinitions: (_, _args, ctx) => flagDefinitions(ctx),
    flagVersions: (_, { key }, ctx) => flagVersions(ctx, key),
    unusedFlags: (_, _args, ctx) => unusedFlags(ctx),
  },
  Mutation: {
    defineFlag: async (_, { input: { definition, ...change } }, ctx) =>
      definedResult<never>(await defineFlag(ctx, definition, change)),
    rollBackFlag: async (_, { input: { key, version, ...change } }, ctx) =>
      definedResult(await rollBackFlag(ctx, key, version, change)),
    killFlag: async (_, { input }, ctx) => {
      const killed = { ...input, tenantId: input.tenantId ?? null, killed: true };
      return switchedResult(killed, await switchFlag(ctx, killed));
    },
    reviveFlag: async (_, { input }, ctx) => {
      const revived = { ...input, tenantId: input.tenantId ?? null, killed: false };
      return switchedResult(revived, await switchFlag(ctx, revived));
    },
  },
  FlagVersion: {
    changes: ({ before, definition }) => differences(before ?? {}, definition),
  },
};
