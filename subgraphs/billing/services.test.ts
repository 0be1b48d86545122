import { postgresEventBus } from '@chorus/shared/event-bus-postgres.ts';
import { newId } from '@chorus/shared/id.ts';
import { workerDatabase } from '@chorus/tests/harness/databases.ts';
import { expect, onTestFinished, test } from 'vitest';
import { servicesOver } from './services.ts';

test('how many members there are is what accounts told last, and unknown before', async () => {
  const bus = postgresEventBus((await workerDatabase('events')).worker, { max: 1 });
  onTestFinished(() => bus.close());
  const [tenantId, older] = [newId(), newId()];
  const put = (tenant: string, version: number, body: object) =>
    bus.putRecord({ kind: 'accounts', tenantId: tenant, version, body });
  await put(tenantId, 1, { activeMembers: 3 });
  await put(tenantId, 2, { activeMembers: 4 });
  await put(older, 1, {});
  const { membersInUse } = servicesOver(bus);
  expect(await Promise.all([tenantId, older, newId()].map(membersInUse))).toEqual([4, undefined, undefined]);
});
