import { DEMO_PEOPLE, type DemoTenant } from '@chorus/shared/demo.ts';
import type { MentionStatus } from '../mentions/mentions.table.ts';
import type { NewPost } from '../posts/new-post.ts';
import { postId } from '../posts/post-id.ts';
import { Chance } from './chance.ts';

/** What the demo's people already did with a mention. */
export interface Triage {
  id: string;
  status: MentionStatus;
  assignee: string | null;
  tags: string[];
}

const TAGS = ['praise', 'refund', 'press', 'urgent', 'luggage', 'follow-up'];
const SHARES: readonly { status: MentionStatus; weight: number }[] = [
  { status: 'OPEN', weight: 5 },
  { status: 'ASSIGNED', weight: 2 },
  { status: 'DONE', weight: 2 },
  { status: 'DISMISSED', weight: 1 },
];

/** The people of a tenant who work on mentions. */
const assigneesOf = (tenant: DemoTenant): string[] =>
  DEMO_PEOPLE.flatMap(({ memberships }) => memberships)
    .filter(
      (membership) =>
        membership.tenant.id === tenant.id && ['owner', 'admin', 'analyst'].includes(membership.role),
    )
    .map(({ memberId }) => memberId);

/** A state for every post; those that are no mentions have no use for it. */
export function demoTriage(tenant: DemoTenant, posts: readonly NewPost[]): Triage[] {
  const chance = new Chance(`${tenant.slug} triage`);
  const assignees = assigneesOf(tenant);
  return posts.map((post) => {
    const { status } = chance.weighted(SHARES);
    const worked = status === 'ASSIGNED' || (status === 'DONE' && chance.next() < 0.7);
    const assignee = worked ? chance.pick(assignees) : null;
    const tags = chance.next() < 0.25 ? [chance.pick(TAGS)] : [];
    return { id: postId(post.publishedAt, post.source, post.externalId), status, assignee, tags };
  });
}
