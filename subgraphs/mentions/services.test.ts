import { postgresEventBus } from '@chorus/shared/event-bus-postgres.ts';
import { newId } from '@chorus/shared/id.ts';
import { workerDatabase } from '@chorus/tests/harness/databases.ts';
import { expect, onTestFinished, test } from 'vitest';
import { servicesOver } from './services.ts';

test('members are whoever the record of accounts says is active', async () => {
  const bus = postgresEventBus((await workerDatabase('events')).worker, { max: 1 });
  onTestFinished(() => bus.close());
  const [tenantId, active, former] = [newId(), newId(), newId()];
  const members = {
    [active]: { roles: ['viewer'], active: true },
    [former]: { roles: ['owner'], active: false },
  };
  await bus.putRecord({ kind: 'accounts', tenantId, version: 1, body: { slug: 'a', active: true, members } });
  const { isMember } = servicesOver(bus);

  expect(await isMember(tenantId, active)).toBe(true);
  expect(await isMember(tenantId, former)).toBe(false);
  expect(await isMember(tenantId, newId())).toBe(false);
  expect(await isMember(tenantId, 'constructor')).toBe(false);
  expect(await isMember(newId(), active)).toBe(false);
});
