import type { EventBus } from '@chorus/shared/event-bus.ts';
import { memberRecordKind, type MemberRecord } from '@chorus/shared/records.ts';
import type { Services } from './context.ts';

/** The services of a running process, over the event bus. */
export const servicesOver = (bus: EventBus): Services => ({
  isMember: async (tenantId, memberId) => {
    const record = await bus.record(memberRecordKind(memberId), tenantId);
    return (record?.body as MemberRecord | undefined)?.active === true;
  },
});
