import type { EventBus } from '@chorus/shared/event-bus.ts';
import type { AccountsRecord } from '@chorus/shared/records.ts';
import type { Services } from './context.ts';

/** The services of a running process, over the event bus. */
export const servicesOver = (bus: EventBus): Services => ({
  membersInUse: async (tenantId) => {
    const record = await bus.record('accounts', tenantId);
    return (record?.body as AccountsRecord | undefined)?.activeMembers;
  },
});
