import { OPERATION_EXECUTED } from '@chorus/shared/operation-executed.ts';

/** How a meter makes one number of many events, of a day and of several days alike. */
export type Aggregation = 'SUM' | 'COUNT' | 'UNIQUE_COUNT' | 'MAX';

/** What is counted of the events of one type. */
export interface Meter {
  key: string;
  description: string;
  /** What one of it is. */
  unit: string;
  /** The type of the events it counts. */
  type: string;
  aggregation: Aggregation;
  /** The property of `data` with the quantity; undefined where events or subjects are counted. */
  property?: string;
  /** Whether parts of a unit count. */
  fractions?: boolean;
  /** Counts only events whose `data` says this. */
  among?: { property: string; value: string };
}

/** The catalogue. A meter that is changed counts anew from raw events by `npm run rebuild-usage`. */
export const METERS: readonly Meter[] = [
  {
    key: 'operations',
    description: 'What operations cost.',
    unit: 'cost',
    type: OPERATION_EXECUTED,
    aggregation: 'SUM',
    property: 'cost',
    fractions: true,
  },
  {
    key: 'api_calls',
    description: 'Operations that programs asked for with an API key.',
    unit: 'call',
    type: OPERATION_EXECUTED,
    aggregation: 'COUNT',
    among: { property: 'caller', value: 'key' },
  },
  {
    key: 'active_members',
    description: 'Members who asked for anything.',
    unit: 'member',
    type: OPERATION_EXECUTED,
    aggregation: 'UNIQUE_COUNT',
    among: { property: 'caller', value: 'member' },
  },
  {
    key: 'exported_rows',
    description: 'Rows of finished exports.',
    unit: 'row',
    type: 'export.finished',
    aggregation: 'SUM',
    property: 'rows',
  },
  {
    key: 'analysed_minutes',
    description: 'Sound and video that was listened to.',
    unit: 'minute',
    type: 'media.analysed',
    aggregation: 'SUM',
    property: 'minutes',
    fractions: true,
  },
  {
    key: 'notified_people',
    description: 'People outside the tenant who got a notification, each once.',
    unit: 'person',
    type: 'notification.sent',
    aggregation: 'UNIQUE_COUNT',
  },
  {
    key: 'notifications',
    description: 'Notifications that were sent.',
    unit: 'notification',
    type: 'notification.sent',
    aggregation: 'COUNT',
  },
  {
    key: 'peak_trackers',
    description: 'The most trackers there were at once.',
    unit: 'tracker',
    type: 'trackers.counted',
    aggregation: 'MAX',
    property: 'count',
  },
];

/** Types that only the platform itself may tell of. */
export const OWN_TYPES: ReadonlySet<string> = new Set([OPERATION_EXECUTED]);

const byType = Map.groupBy(METERS, ({ type }) => type);

/** The meters that count events of a type; none for a type nobody counts. */
export const metersOf = (type: string): readonly Meter[] => byType.get(type) ?? [];
