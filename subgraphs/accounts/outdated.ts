import { ofTypes } from '@chorus/shared/invalidation.ts';
import type { ResolversTypes } from './generated/schema.ts';

/** What the gateways need not keep any longer when members come, change or go. */
export const WITH_MEMBERS = ofTypes<keyof ResolversTypes>('accounts', ['Member', 'Viewer']);
