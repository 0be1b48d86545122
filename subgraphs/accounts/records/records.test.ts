import { randomBytes } from 'node:crypto';
import { transactionOf } from '@chorus/db/context.ts';
import { startRelay } from '@chorus/db/relay.ts';
import { parseApiKey, apiKeyMatches } from '@chorus/shared/api-key.ts';
import { postgresEventBus } from '@chorus/shared/event-bus-postgres.ts';
import { GLOBAL, type BusRecord, type EventBus } from '@chorus/shared/event-bus.ts';
import { newId } from '@chorus/shared/id.ts';
import { createLog } from '@chorus/shared/log.ts';
import {
  apiKeyRecordKind,
  memberRecordKind,
  type AccountsRecord,
  type ApiKeyRecord,
} from '@chorus/shared/records.ts';
import { workerDatabase } from '@chorus/tests/harness/databases.ts';
import { makeSigningKey } from '@chorus/tests/harness/keys.ts';
import { inProcess } from '@chorus/tests/harness/subgraph.ts';
import { expect, onTestFinished, test } from 'vitest';
import { issueApiKey } from '../api-keys/issue.service.ts';
import { saveAssignments } from '../assignments/assignments.queries.ts';
import { features } from '../features.ts';
import { group, groupMember } from '../groups/groups.table.ts';
import { tenantChanged } from '../tenants/tenants.service.ts';
import { given, PASSWORD, testServices, REFRESH, SIGN_IN, SIGN_OUT } from '../testing.ts';
import { writeAccountsRecords } from './records.service.ts';

async function accounts() {
  const services = testServices(await makeSigningKey());
  const subgraph = await inProcess('accounts', features, services);
  const bus = postgresEventBus((await workerDatabase('events')).app);
  onTestFinished(() => bus.close());
  /** Writes what the next event of the tenant would. */
  const relayed = async (tenantId: string, data: unknown = {}) => {
    const event = { id: newId(), type: 'tenant.changed', tenantId, time: new Date().toISOString(), data };
    await writeAccountsRecords(subgraph.worker, bus, event);
    return bus.record('accounts', tenantId);
  };
  return { ...subgraph, ...given(subgraph.worker, services), services, bus, relayed };
}

test('the records tell a tenant’s groups and members, and the version they stand for', async () => {
  const { tenant, member, relayed, worker, bus } = await accounts();
  const { id, slug } = await tenant();
  const inGroup = newId();
  await transactionOf(worker, id, async (transaction) => {
    await transaction.db.insert(group).values({ tenantId: id, id: inGroup, name: 'Night shift' });
    const held = { subjectKind: 'group', subjectId: inGroup, source: 'manual' } as const;
    await saveAssignments(transaction, [{ ...held, role: 'viewer' }]);
  });
  expect(await relayed(id)).toEqual({
    kind: 'accounts',
    tenantId: id,
    version: 1,
    body: {
      slug,
      active: true,
      customerGroup: 'standard',
      introspection: false,
      activeMembers: 0,
      roles: {},
      groups: { [inGroup]: [{ role: 'viewer' }] },
      endedSessions: {},
    },
  });
  const { id: memberId } = await member(id, { roles: ['owner', 'billing'] });
  await transactionOf(worker, id, async (transaction) => {
    await transaction.db.insert(groupMember).values({ tenantId: id, groupId: inGroup, memberId });
    await tenantChanged(transaction, { members: [memberId] });
  });
  await relayed(id, { members: [memberId] });
  expect(await bus.record(memberRecordKind(memberId), id)).toMatchObject({
    version: 2,
    body: {
      active: true,
      seatType: 'full',
      roles: [{ role: 'billing' }, { role: 'owner' }],
      groups: [inGroup],
    },
  });
});

test('the record is written before its event is published', async () => {
  const { tenant, bus, worker, urls } = await accounts();
  const { id } = await tenant();
  const published = Promise.withResolvers<BusRecord | undefined>();
  const watched: EventBus = {
    ...bus,
    append: async (_, events) => {
      if (events.some(({ tenantId }) => tenantId === id)) published.resolve(await bus.record('accounts', id));
    },
  };
  const relay = await startRelay({
    source: `accounts-${id}`,
    workerUrl: urls.worker,
    bus: watched,
    log: createLog('test', 'silent'),
    beforePublish: (event) => writeAccountsRecords(worker, watched, event),
  });
  onTestFinished(() => relay.stop());
  expect(await published.promise).toMatchObject({ version: 1, body: { active: true } });
});

test('an ended session is told until the last of its access tokens has ended', async () => {
  const { tenant, member, as, relayed } = await accounts();
  const { id } = await tenant();
  const { email } = await member(id);
  const visitor = as({ anonymous: true });
  const { data } = await visitor(SIGN_IN, { email, password: PASSWORD });
  const { refreshToken } = data.signIn;
  await visitor(REFRESH, { refreshToken });
  await visitor(SIGN_OUT, { refreshToken });

  const record = await relayed(id);
  const { endedSessions } = (record as BusRecord).body as AccountsRecord;
  const [until = 0] = Object.values(endedSessions);
  expect(record?.version).toBe(2);
  expect(Object.keys(endedSessions)).toEqual([refreshToken.split('.')[0]]);
  expect(until - Date.now() / 1000).toBeGreaterThan(600);
});

test('a new key has a record of its own, by which the key and nothing else is known', async () => {
  const { tenant, member, bus, relayed, worker } = await accounts();
  const { id: tenantId } = await tenant();
  const { id: owner } = await member(tenantId);
  const pepper = randomBytes(32);
  const { key } = await transactionOf(worker, tenantId, async (transaction) => {
    await tenantChanged(transaction);
    return issueApiKey(transaction, { name: 'Partner', owner, scopes: ['mentions.read'] }, pepper);
  });
  const parts = parseApiKey(key);
  await relayed(tenantId, { apiKeys: [parts?.id] });
  const record = await bus.record(apiKeyRecordKind(parts?.id ?? ''), GLOBAL);
  const { hmac, ...body } = (record as BusRecord).body as ApiKeyRecord;
  expect(record?.version).toBe(2);
  expect(body).toEqual({
    tenantId,
    owner,
    scopes: ['mentions.read'],
    roles: [],
    addresses: [],
    rateLimit: 60,
    active: true,
    demo: false,
  });
  expect(apiKeyMatches(parts?.secret ?? '', hmac, pepper)).toBe(true);
  expect(key).not.toContain(hmac);
});
