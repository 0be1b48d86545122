import type { EventBus } from '@chorus/shared/event-bus.ts';
import type { AccountsRecord } from '@chorus/shared/records.ts';
import type { Services } from './context.ts';

/** The services of a running process, over the event bus. */
export const servicesOver = (bus: EventBus): Services => ({
  isMember: async (tenantId, memberId) => {
    const record = await bus.record('accounts', tenantId);
    const { members } = (record?.body ?? { members: {} }) as Pick<AccountsRecord, 'members'>;
    return Object.hasOwn(members, memberId) && members[memberId]?.active === true;
  },
});
