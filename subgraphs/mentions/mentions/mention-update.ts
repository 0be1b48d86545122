import { isId } from '@chorus/shared/id.ts';
import type { MentionStatus } from './mentions.table.ts';

const MAX_IDS = 100;
const MAX_TAGS = 20;
const MAX_TAG = 50;

/** What becomes of mentions; what is undefined stays as it is. */
export interface MentionUpdate {
  ids: string[];
  status?: MentionStatus | undefined;
  assigneeId?: string | null | undefined;
  tags?: string[] | undefined;
}

/** An update as it will be applied, or the sentence that says why it cannot be. Ids that cannot exist are left out. */
export function checkedUpdate(input: {
  ids: readonly string[];
  status?: MentionStatus | null | undefined;
  assigneeId?: string | null | undefined;
  tags?: readonly string[] | null | undefined;
}): MentionUpdate | { invalid: string } {
  if (input.ids.length < 1 || input.ids.length > MAX_IDS)
    return { invalid: `ids must name 1 to ${MAX_IDS} mentions.` };
  const tags = input.tags === null || input.tags === undefined ? undefined : distinct(input.tags);
  if (tags !== undefined && tags.length > MAX_TAGS)
    return { invalid: `A mention has at most ${MAX_TAGS} tags.` };
  if (tags?.every(isTag) === false) {
    return { invalid: `A tag has 1 to ${MAX_TAG} characters, none of them control characters.` };
  }
  const ids = [...new Set(input.ids)].filter(isId);
  return { ids, status: input.status ?? undefined, assigneeId: input.assigneeId, tags };
}

const distinct = (tags: readonly string[]): string[] => [...new Set(tags.map((tag) => tag.trim()))];

const isTag = (tag: string): boolean =>
  tag.length >= 1 && tag.length <= MAX_TAG && tag.isWellFormed() && !/\p{Cc}/u.test(tag);
