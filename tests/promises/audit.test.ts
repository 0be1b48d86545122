import { client, freshTenant, sharedSystem, signIn } from '../harness/client.ts';
import { expect, onTestFinished, test, vi } from 'vitest';

const LOG = `query ($actions: [String!]!) {
  auditLog(filter: { actions: $actions }) { nodes { action actor { kind id } targets { kind id } context { permission reason } } }
}`;
const OWN_SESSIONS = '{ sessions { nodes { id current } } }';

async function newTenant() {
  const system = await sharedSystem();
  const fresh = await freshTenant(system);
  onTestFinished(fresh.end);
  const owner = await fresh.member('owner');
  const log = async (...actions: string[]) => {
    const { body } = await owner.ask(LOG, { actions });
    return body.data.auditLog.nodes;
  };
  return { ...fresh, system, owner, log };
}

test('what any service denies is in the audit log of the tenant', async () => {
  const { member, log } = await newTenant();
  const clerk = await member('billing');
  await clerk.ask('{ mentions(first: 1) { nodes { id } } members { nodes { id } } }');
  await clerk.ask('{ mentionVolume(from: "2026-01-01", to: "2026-01-02") { day count } }');
  const viewer = await member('viewer');
  await viewer.ask('{ tenant { subscription { plan { name } } } }');
  const denied = (id: string, permission: string) => ({
    action: 'access.denied',
    actor: { kind: 'member', id },
    targets: [],
    context: { permission, reason: 'forbidden' },
  });
  await vi.waitFor(
    async () => {
      const told = await log('access.');
      for (const permission of ['mentions.read', 'members.read', 'reports.read'])
        expect(told).toContainEqual(denied(clerk.id, permission));
      expect(told).toContainEqual(denied(viewer.id, 'billing.read'));
      expect(told).toHaveLength(4);
    },
    { timeout: 10_000, interval: 100 },
  );
});

test('a session somebody ended is refused within a second, and its use is told', async () => {
  const { log, system, join, tenant } = await newTenant();
  const { email } = await join({ roles: ['viewer'] });
  const [one, other] = [
    await signIn(system.gatewayUrl, email, tenant.slug),
    await signIn(system.gatewayUrl, email, tenant.slug),
  ];
  const [here, elsewhere] = [client(system.gatewayUrl, one), client(system.gatewayUrl, other)];
  const { body } = await elsewhere(OWN_SESSIONS);
  const ended = body.data.sessions.nodes.find(({ current }: { current: boolean }) => current).id;
  await here('mutation { revokeOtherSessions { ... on SessionsRevoked { count } } }');
  await vi.waitFor(async () => expect((await elsewhere(OWN_SESSIONS)).status).toBe(401), {
    timeout: 1_000,
    interval: 20,
  });
  expect((await here(OWN_SESSIONS)).body.data.sessions.nodes).toHaveLength(1);
  await vi.waitFor(
    async () =>
      expect((await log('session.revoked', 'credential.')).slice(-2)).toMatchObject([
        {
          action: 'credential.refused',
          actor: { kind: 'unknown', id: null },
          targets: [{ kind: 'session', id: ended }],
          context: { reason: 'ended' },
        },
        { action: 'session.revoked' },
      ]),
    { timeout: 5_000, interval: 100 },
  );
});
