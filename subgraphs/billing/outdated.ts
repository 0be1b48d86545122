import { ofTypes } from '@chorus/shared/invalidation.ts';
import type { ResolversTypes } from './generated/schema.ts';

/** What the gateways need not keep any longer when a tenant subscribes. */
export const WITH_SUBSCRIPTION = ofTypes<keyof ResolversTypes>('billing', ['PlanSubscription']);

/** The same when a price or a plan is changed. */
export const WITH_PRICES = ofTypes<keyof ResolversTypes>('billing', ['Plan', 'PlanVersion', 'AddOn']);

/** The same when usage is counted. */
export const WITH_USAGE = ofTypes<keyof ResolversTypes>('billing', ['MeterUsage']);
