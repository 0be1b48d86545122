import type { Resolvers } from '../generated/schema.ts';
import { memberReference } from '../members/members.service.ts';
import { acceptInvitation } from './acceptance.service.ts';
import { acceptInvitationResult, invitationResult, inviteMemberResult } from './invitations.results.ts';
import {
  invitationStatus,
  inviteMember,
  resendInvitation,
  revokeInvitation,
  tenantInvitations,
} from './invitations.service.ts';

export const resolvers: Resolvers = {
  Query: {
    invitations: (_, args, ctx) => tenantInvitations(ctx, args),
  },
  Mutation: {
    inviteMember: async (_, { input }, ctx) => inviteMemberResult(await inviteMember(ctx, input)),
    resendInvitation: async (_, { input: { id } }, ctx) => invitationResult(await resendInvitation(ctx, id)),
    revokeInvitation: async (_, { input: { id } }, ctx) => invitationResult(await revokeInvitation(ctx, id)),
    acceptInvitation: async (_, { input }, ctx) => acceptInvitationResult(await acceptInvitation(ctx, input)),
  },
  Invitation: {
    status: (invitation) => invitationStatus(invitation),
    invitedBy: async ({ invitedBy }, _args, ctx) =>
      invitedBy === null ? null : ((await memberReference(ctx, invitedBy)) ?? null),
  },
};
