import { execFile } from 'node:child_process';
import { promisify } from 'node:util';
import { expect, onTestFinished, test, vi } from 'vitest';
import { client, freshTenant, sharedSystem } from '../harness/client.ts';
import { hasRealData, realData } from '../harness/data.ts';

const run = promisify(execFile);

const ACROSS_ALL_FOUR = `{
  viewer { tenant { name subscription { plan { name } } } }
  trackers { name volume { day count } }
  mentions(first: 5) { nodes { text author assignee { name } } }
}`;

async function newTenant() {
  const system = await sharedSystem();
  const fresh = await freshTenant(system);
  onTestFinished(fresh.end);
  return { ...fresh, system };
}

const createTracker = `mutation ($input: CreateTrackerInput!) {
  createTracker(input: $input) { __typename ... on Tracker { id } }
}`;

test.skipIf(!hasRealData)(
  'one request answers from all four services with imported airline tweets',
  { timeout: 60_000 },
  async () => {
    const { tenant, member, system } = await newTenant();
    const owner = await member('owner');
    const input = { name: 'United', handles: ['@united'] };
    expect((await owner.ask(createTracker, { input })).body.data.createTracker.__typename).toBe('Tracker');

    const env = {
      ...process.env,
      MENTIONS_WORKER_DATABASE_URL: system.urls.mentions.worker,
      EVENTS_DATABASE_URL: system.urls.events.app,
      ACCOUNTS_WORKER_DATABASE_URL: system.urls.accounts.worker,
    };
    const file = realData('posts/airline-tweets.csv.gz');
    const { stdout } = await run(process.execPath, ['scripts/import.ts', file, '--tenant', tenant.slug], {
      env,
    });
    expect(stdout).toContain('14,485');

    const { body: feed } = await owner.ask('{ mentions(first: 5) { nodes { id } } }');
    const ids: string[] = feed.data.mentions.nodes.map(({ id }: { id: string }) => id);
    await owner.ask(
      'mutation ($input: UpdateMentionsInput!) { updateMentions(input: $input) { __typename } }',
      {
        input: { ids: ids.slice(0, 2), assigneeId: owner.id },
      },
    );

    await vi.waitFor(
      async () => {
        const { status, body } = await owner.ask(ACROSS_ALL_FOUR);
        expect(body.errors).toBeUndefined();
        expect(status).toBe(200);
        expect(body.data.viewer).toEqual({
          tenant: { name: tenant.name, subscription: { plan: { name: 'Free' } } },
        });
        const [tracker] = body.data.trackers;
        expect(tracker.name).toBe('United');
        const { nodes } = body.data.mentions;
        expect(nodes).toHaveLength(5);
        expect(nodes[0].text.toLowerCase()).toContain('@united');
        expect(nodes.filter(({ assignee }: { assignee: unknown }) => assignee !== null)).toEqual([
          expect.objectContaining({ assignee: { name: owner.name } }),
          expect.objectContaining({ assignee: { name: owner.name } }),
        ]);
      },
      { timeout: 15_000, interval: 100 },
    );

    await vi.waitFor(
      async () => {
        const range = 'from: "2015-02-01", to: "2015-02-28"';
        const { body } = await owner.ask(
          `{ trackers { volume(${range}) { count } } mentionVolume(${range}) { count } }`,
        );
        const sum = (days: { count: number }[]) => days.reduce((total, { count }) => total + count, 0);
        expect(sum(body.data.trackers[0].volume)).toBeGreaterThan(3_500);
        expect(sum(body.data.mentionVolume)).toBe(sum(body.data.trackers[0].volume));
      },
      { timeout: 15_000, interval: 100 },
    );
  },
);

test('a viewer gets everything but the subscription, which is null with its own error', async () => {
  const { member, tenant } = await newTenant();
  const viewer = await member('viewer');
  const { status, body } = await viewer.ask(ACROSS_ALL_FOUR);
  expect(status).toBe(200);
  expect(body.data.viewer).toEqual({ tenant: { name: tenant.name, subscription: null } });
  expect(body.data.trackers).toEqual([]);
  expect(body.errors).toEqual([
    {
      message: 'You are not allowed to do this.',
      path: ['viewer', 'tenant', 'subscription'],
      extensions: { code: 'FORBIDDEN' },
    },
  ]);
});

test('nobody sees what another tenant tracks', async () => {
  const [one, other] = [await newTenant(), await newTenant()];
  const owner = await one.member('owner');
  await owner.ask(createTracker, { input: { name: 'Ours', handles: ['ours'] } });
  const stranger = await other.member('owner');
  expect((await stranger.ask('{ trackers { name } }')).body).toEqual({ data: { trackers: [] } });
  expect((await owner.ask('{ trackers { name } }')).body).toEqual({ data: { trackers: [{ name: 'Ours' }] } });
});

test('unknown tenant, wrong password and unknown person get the same answer', async () => {
  const { tenant, member, system } = await newTenant();
  const { email } = await member('viewer');
  const attempt = async (input: object) => {
    const query =
      'mutation ($input: SignInInput!) { signIn(input: $input) { __typename ... on SignInRefused { message } } }';
    return (await client(system.gatewayUrl)(query, { input })).body;
  };
  const password = 'not the password at all';
  const answers = [
    await attempt({ email, password, tenant: tenant.slug }),
    await attempt({ email: 'nobody@people.test', password, tenant: tenant.slug }),
    await attempt({ email, password, tenant: 'no-such-tenant' }),
  ];
  expect(answers[0].data.signIn.__typename).toBe('SignInRefused');
  expect(new Set(answers.map((answer) => JSON.stringify(answer))).size).toBe(1);
});

test.each(['Bearer x', 'Bearer a.b.c', 'Bearer chorus_live_0000000000000000_x', 'Basic dTpw', 'Bearer '])(
  'a malformed credential is refused without a hint why: %s',
  async (authorization) => {
    const { gatewayUrl } = await sharedSystem();
    const { status, body } = await client(gatewayUrl, undefined, { authorization })('{ trackers { name } }');
    expect(status).toBe(401);
    expect(body.errors).toEqual([
      { message: 'Sign in to do this.', extensions: { code: 'UNAUTHENTICATED' } },
    ]);
  },
);
