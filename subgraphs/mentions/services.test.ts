import { postgresEventBus } from '@chorus/shared/event-bus-postgres.ts';
import { newId } from '@chorus/shared/id.ts';
import { memberRecordKind } from '@chorus/shared/records.ts';
import { workerDatabase } from '@chorus/tests/harness/databases.ts';
import { expect, onTestFinished, test } from 'vitest';
import { servicesOver } from './services.ts';

test('members are whoever the record of accounts says is active', async () => {
  const bus = postgresEventBus((await workerDatabase('events')).worker, { max: 1 });
  onTestFinished(() => bus.close());
  const [tenantId, active, former] = [newId(), newId(), newId()];
  const put = (id: string, body: { active: boolean }) =>
    bus.putRecord({ kind: memberRecordKind(id), tenantId, version: 1, body });
  await put(active, { active: true });
  await put(former, { active: false });
  const { isMember } = servicesOver(bus);

  expect(await isMember(tenantId, active)).toBe(true);
  expect(await isMember(tenantId, former)).toBe(false);
  expect(await isMember(tenantId, newId())).toBe(false);
  expect(await isMember(tenantId, 'constructor')).toBe(false);
  expect(await isMember(newId(), active)).toBe(false);
});
