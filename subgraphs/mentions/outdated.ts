import { ofTypes } from '@chorus/shared/invalidation.ts';
import type { ResolversTypes } from './generated/schema.ts';

const of = (...types: (keyof ResolversTypes)[]) => ofTypes('mentions', types);

/** What the gateways need not keep any longer when posts come, change or go, */
export const WITH_POSTS = of('Mention', 'MentionConnection', 'Page');
/** when somebody works on mentions, */
export const WITH_MENTIONS = of('Mention', 'MentionConnection');
/** and when trackers find other mentions. */
export const WITH_TRACKERS = of('Tracker', 'Mention', 'MentionConnection');
