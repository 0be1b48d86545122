import { apiKeyPrefix } from '@chorus/shared/api-key.ts';
import type { Resolvers } from '../generated/schema.ts';
import { memberReference } from '../members/members.service.ts';
import { DEFAULT_RATE } from './api-key-input.ts';
import { createApiKeyResult, revokeApiKeyResult, rotateApiKeyResult } from './api-keys.results.ts';
import {
  apiKeyCount,
  createApiKey,
  keyRoles,
  revokeApiKey,
  statusOf,
  tenantApiKeys,
} from './api-keys.service.ts';
import { rotateApiKey } from './rotate.service.ts';

export const resolvers: Resolvers = {
  Query: {
    apiKeys: (_, args, ctx) => tenantApiKeys(ctx, args),
  },
  Mutation: {
    createApiKey: async (_, { input: { name, scopes, addresses, expiresAt, rateLimit } }, ctx) =>
      createApiKeyResult(
        await createApiKey(ctx, {
          name,
          scopes,
          addresses: addresses ?? [],
          expiresAt: expiresAt ?? null,
          rateLimit: rateLimit ?? DEFAULT_RATE,
        }),
      ),
    rotateApiKey: async (_, { input: { id, overlapSeconds } }, ctx) =>
      rotateApiKeyResult(await rotateApiKey(ctx, id, overlapSeconds ?? undefined)),
    revokeApiKey: async (_, { input: { id } }, ctx) => revokeApiKeyResult(await revokeApiKey(ctx, id)),
  },
  ApiKeyConnection: {
    totalCount: (_, _args, ctx) => apiKeyCount(ctx),
  },
  ApiKey: {
    prefix: ({ id }) => apiKeyPrefix(id),
    status: (key) => statusOf(key),
    owner: async ({ owner }, _args, ctx) => (await memberReference(ctx, owner)) ?? null,
    roles: ({ id }, _args, ctx) => keyRoles(ctx, id),
  },
};
