import type { MentionFilter as FilterInput, ResolversTypes } from '../generated/schema.ts';
import type { MentionFilter } from './mentions.table.ts';
import type { updateMentions } from './mentions.service.ts';

/** A client's null means the same as leaving out. */
export const mentionFilter = ({ trackerId, status }: FilterInput): MentionFilter => ({
  ...(typeof trackerId === 'string' ? { trackerId } : {}),
  ...(typeof status === 'string' ? { status } : {}),
});

/** What the outcome of an update looks like to a client. */
export function updateMentionsResult(
  outcome: Awaited<ReturnType<typeof updateMentions>>,
): Awaited<ResolversTypes['UpdateMentionsResult']> {
  if (outcome === 'assignee-unknown') {
    return { __typename: 'AssigneeUnknown', message: 'Nobody active in this tenant has that member id.' };
  }
  if ('invalid' in outcome) return { __typename: 'MentionUpdateInvalid', message: outcome.invalid };
  return { __typename: 'MentionsUpdated', mentions: outcome };
}
