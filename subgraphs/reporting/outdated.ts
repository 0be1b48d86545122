import { ofTypes } from '@chorus/shared/invalidation.ts';
import type { ResolversTypes } from './generated/schema.ts';

/** What the gateways need not keep any longer when mentions are counted. */
export const WITH_COUNTS = ofTypes<keyof ResolversTypes>('reporting', ['DayCount', 'TrackerShare']);
