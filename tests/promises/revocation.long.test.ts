import { decodeJwt } from 'jose';
import { newId } from '@chorus/shared/id.ts';
import { setTimeout as sleep } from 'node:timers/promises';
import { expect, test } from 'vitest';
import { client, freshTenant, sharedSystem, signIn, type AskGateway } from '../harness/client.ts';

const REVOCATIONS = 50;
const REQUESTS_PER_S = 300;
const EACH_MS = 150;
const BOUND_MS = 1_000;

/** A field of every subgraph. */
const FIELDS = [
  '{ tenant { name } }',
  '{ trackers { name } }',
  '{ mentionVolume { count } }',
  '{ plans { name } }',
];

type Tenant = Awaited<ReturnType<typeof freshTenant>>;

/** Somebody whose access ends, and when it did; times are milliseconds of this process. */
interface Subject {
  ask: AskGateway;
  revoke: () => Promise<void>;
  revokedAt: number;
  lastAccepted: number;
}

const answered = (typename: string) => (answer: { body: { data: Record<string, { __typename: string }> } }) =>
  expect(Object.values(answer.body.data)[0]?.__typename).toBe(typename);

const ASSIGN = `mutation ($input: AssignRolesInput!) { assignRoles(input: $input) { __typename } }`;
const END = `mutation ($input: RevokeSessionInput!) { revokeSession(input: $input) { __typename } }`;
const MAKE_KEY = `mutation ($input: CreateApiKeyInput!) {
  createApiKey(input: $input) { __typename ... on ApiKeyCreated { key apiKey { id } } }
}`;
const REVOKE_KEY = `mutation ($input: RevokeApiKeyInput!) { revokeApiKey(input: $input) { __typename } }`;

/** People and keys whose role, session or key is taken away in turn. */
async function subjects(gatewayUrl: string, { join, tenant }: Tenant, owner: AskGateway) {
  const made: Subject[] = [];
  for (let index = 0; index < REVOCATIONS; index += 1) {
    const common = { revokedAt: Infinity, lastAccepted: 0 };
    if (index % 3 === 2) {
      const scopes = ['tenant.read', 'trackers.read', 'reports.read', 'billing.read'];
      const { body } = await owner(MAKE_KEY, { input: { name: newId(), scopes } });
      const { key, apiKey } = body.data.createApiKey;
      const input = { id: apiKey.id };
      const revoke = async () => answered('ApiKey')(await owner(REVOKE_KEY, { input }));
      made.push({ ...common, ask: client(gatewayUrl, key), revoke });
      continue;
    }
    const { id, email } = await join({ roles: ['admin'] });
    const token = await signIn(gatewayUrl, email, tenant.slug);
    const roleless = { subject: { memberId: id }, roles: [] };
    const session = { id: decodeJwt(token)['sid'] };
    const revoke =
      index % 3 === 0
        ? async () => answered('RolesAssigned')(await owner(ASSIGN, { input: roleless }))
        : async () => answered('SessionsRevoked')(await owner(END, { input: session }));
    made.push({ ...common, ask: client(gatewayUrl, token), revoke });
  }
  return made;
}

/** Asks as anybody for anything at the wanted rate until told to stop. */
async function load(all: readonly Subject[], running: () => boolean) {
  const pending = new Set<Promise<void>>();
  let sent = 0;
  const start = performance.now();
  while (running()) {
    for (const due = ((performance.now() - start) / 1000) * REQUESTS_PER_S; sent < due; sent += 1) {
      const subject = all[sent % all.length] as Subject;
      const began = performance.now();
      const query = FIELDS[Math.floor(sent / all.length) % FIELDS.length] ?? '';
      const asked = subject.ask(query).then(({ body }) => {
        if (body.errors === undefined) subject.lastAccepted = Math.max(subject.lastAccepted, began);
      });
      pending.add(asked);
      void asked.finally(() => pending.delete(asked));
    }
    await sleep(2);
  }
  await Promise.all(pending);
  return sent;
}

test(
  `at ${REQUESTS_PER_S} requests a second, none that starts a second after one of ${REVOCATIONS} revocations is accepted`,
  { timeout: 120_000 },
  async () => {
    const { gatewayUrl, ...system } = await sharedSystem();
    const fresh = await freshTenant({ gatewayUrl, ...system });
    const owner = await fresh.member('owner', { mfa: true });
    const all = await subjects(gatewayUrl, fresh, owner.ask);
    let running = true;
    const loading = load(all, () => running);
    await sleep(1_000);
    for (const subject of all) {
      await subject.revoke();
      subject.revokedAt = performance.now();
      await sleep(EACH_MS);
    }
    await sleep(2 * BOUND_MS);
    running = false;
    const sent = await loading;
    expect(sent).toBeGreaterThan(((REQUESTS_PER_S * REVOCATIONS * EACH_MS) / 1_000) * 0.8);
    const late = all.map(({ lastAccepted, revokedAt }) => lastAccepted - revokedAt);
    expect(all.every(({ lastAccepted }) => lastAccepted > 0)).toBe(true);
    expect(Math.max(...late)).toBeLessThanOrEqual(BOUND_MS);
    await fresh.end();
  },
);
