import { startConsumer } from '@chorus/db/consumer.ts';
import { transactionOf } from '@chorus/db/context.ts';
import { postgresEventBus } from '@chorus/shared/event-bus-postgres.ts';
import { newId } from '@chorus/shared/id.ts';
import { createLog } from '@chorus/shared/log.ts';
import { workerDatabase } from '@chorus/tests/harness/databases.ts';
import { makeSigningKey } from '@chorus/tests/harness/keys.ts';
import { inProcess } from '@chorus/tests/harness/subgraph.ts';
import { expect, onTestFinished, test, vi } from 'vitest';
import { features } from '../features.ts';
import { given, testServices } from '../testing.ts';
import { apiKeyEvents } from './api-keys.events.ts';
import { findApiKey } from './api-keys.queries.ts';
import { issueApiKey } from './issue.service.ts';

/** A key, and gateways that tell of its use on a source of the test's own. */
async function used() {
  const services = testServices(await makeSigningKey());
  const { worker: database } = await inProcess('accounts', features, services);
  const fixtures = given(database, services);
  const bus = postgresEventBus((await workerDatabase('events')).app);
  onTestFinished(() => bus.close());
  const source = `gateway-${newId()}`;
  const sources = { [source]: apiKeyEvents };
  const consumer = await startConsumer({
    consumer: 'accounts',
    sources,
    database,
    bus,
    log: createLog('test', 'silent'),
  });
  onTestFinished(() => consumer.stop());
  const key = async () => {
    const { id: tenantId } = await fixtures.tenant();
    const { id: owner } = await fixtures.member(tenantId);
    const { apiKey } = await transactionOf(database, tenantId, (transaction) =>
      issueApiKey(transaction, { name: 'Partner', owner, scopes: [] }, services.apiKeyPepper),
    );
    const scope = { db: database.statements(tenantId), tenantId };
    const last = async () => {
      const row = await findApiKey(scope, apiKey.id);
      return [row?.lastUsedAt?.toISOString(), row?.lastUsedAddress];
    };
    return { tenantId, id: apiKey.id, last };
  };
  const tell = (tenantId: string, id: string, at: string, address: string) =>
    bus.append(source, [
      { id: newId(), type: 'api-key.used', tenantId, time: at, data: { id, at, address } },
    ]);
  return { key, tell };
}

test('a key shows when and from where it was last used, whatever order gateways tell it in', async () => {
  const { key, tell } = await used();
  const [one, other] = [await key(), await key()];
  const [early, late] = ['2026-02-01T10:00:00.000Z', '2026-02-01T10:01:00.000Z'];
  await tell(one.tenantId, one.id, late, '203.0.113.9');
  await tell(one.tenantId, one.id, early, '198.51.100.1');
  await tell(other.tenantId, other.id, early, '2001:db8::1');
  await vi.waitFor(async () => expect(await other.last()).toEqual([early, '2001:db8::1']), {
    timeout: 10_000,
  });
  expect(await one.last()).toEqual([late, '203.0.113.9']);
});

test('a use told in the name of another tenant changes nothing', async () => {
  const { key, tell } = await used();
  const [one, other] = [await key(), await key()];
  await tell(other.tenantId, one.id, '2026-02-01T10:00:00.000Z', '203.0.113.9');
  await tell(other.tenantId, other.id, '2026-02-01T10:00:00.000Z', '203.0.113.9');
  await vi.waitFor(async () => expect((await other.last())[0]).toBeDefined(), { timeout: 10_000 });
  expect(await one.last()).toEqual([undefined, null]);
});
