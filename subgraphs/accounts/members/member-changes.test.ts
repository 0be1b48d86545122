import { randomBytes } from 'node:crypto';
import { transactionOf } from '@chorus/db/context.ts';
import { newId } from '@chorus/shared/id.ts';
import { sql } from 'drizzle-orm';
import { expect, test } from 'vitest';
import { issueApiKey } from '../api-keys/issue.service.ts';
import { apiKeyRecords, memberRecords } from '../records/records.queries.ts';
import { allow, assigning, ASSIGN, tenantWithRoles } from '@chorus/tests/harness/tenant-with-roles.ts';
import { PASSWORD, REFRESH, SIGN_IN, SIGN_OUT } from '../testing.ts';

const REMOVE = `mutation ($input: RemoveMemberInput!) { removeMember(input: $input) { __typename } }`;
const SET_ACTIVE = `mutation ($input: SetMemberActiveInput!) {
  setMemberActive(input: $input) { __typename ... on Member { active } }
}`;
const LIST = `{ members { nodes { id } totalCount } }`;

async function members() {
  const tenant = await tenantWithRoles();
  const { by, owner, as, worker, tenantId, scope } = tenant;
  const remove = (id: string, who: { id: string } = owner) => by(who)(REMOVE, { input: { memberId: id } });
  const setActive = (id: string, active: boolean, who: { id: string } = owner) =>
    by(who)(SET_ACTIVE, { input: { memberId: id, active } });
  return {
    ...tenant,
    remove,
    setActive,
    signIn: async ({ email }: { email: string }) =>
      (await as({ anonymous: true })(SIGN_IN, { email, password: PASSWORD })).data.signIn,
    refresh: async (refreshToken: string) =>
      (await as({ anonymous: true })(REFRESH, { refreshToken })).data.refreshSession.__typename,
    key: async ({ id }: { id: string }) => {
      const given = { name: 'Partner', owner: id, scopes: [] };
      const { apiKey } = await transactionOf(worker, tenantId, (transaction) =>
        issueApiKey(transaction, given, randomBytes(32)),
      );
      return apiKey.id;
    },
    owners: async () => {
      const rows = await scope.db.execute(sql`
        select 1 from member m join role_assignment a on a.tenant_id = m.tenant_id and a.subject_id = m.id::text
        where m.tenant_id = ${tenantId}::uuid and m.active and a.role = 'owner' and a.expires_at is null`);
      return rows.length;
    },
  };
}

test('who was removed holds nothing any more: no role, group, session or key', async () => {
  const { remove, join, group, key, signIn, refresh, log, told, scope, by, owner } = await members();
  const ana = await join('viewer');
  const nights = await group('Nights', [ana], ['analyst']);
  const keyId = await key(ana);
  const { refreshToken } = await signIn(ana);
  expect((await remove(ana.id)).data.removeMember).toEqual({ __typename: 'MemberRemoved' });
  expect(await refresh(refreshToken)).toBe('SignInRefused');
  expect(await signIn(ana)).toMatchObject({ __typename: 'SignInRefused' });
  expect((await memberRecords(scope, [ana.id]))[0]?.body).toMatchObject({
    active: false,
    roles: [],
    groups: [],
  });
  expect((await apiKeyRecords(scope, [keyId]))[0]?.body.active).toBe(false);
  expect(await told()).toMatchObject({ members: [ana.id], apiKeys: [keyId] });
  expect((await log()).find(({ action }: { action: string }) => action === 'member.removed')).toMatchObject({
    actor: { id: owner.id },
    targets: [{ kind: 'member', id: ana.id }],
    before: { active: true, roles: ['viewer'], groups: [nights] },
    after: { revokedKeys: [keyId], endedSessions: 1 },
  });
  const { data } = await by(owner)(LIST);
  expect(data.members.nodes).not.toContainEqual({ id: ana.id });
  expect(data.members.totalCount).toBe(2);
  expect((await remove(ana.id)).data.removeMember).toEqual({ __typename: 'MemberNotFound' });
});

test('a disabled member is signed out and cannot sign in until enabled again', async () => {
  const { setActive, join, signIn, refresh, log } = await members();
  const ana = await join('viewer');
  const { refreshToken } = await signIn(ana);
  expect((await setActive(ana.id, false)).data.setMemberActive).toEqual({
    __typename: 'Member',
    active: false,
  });
  expect(await refresh(refreshToken)).toBe('SignInRefused');
  expect(await signIn(ana)).toMatchObject({ __typename: 'SignInRefused' });
  expect((await log()).find(({ action }: { action: string }) => action === 'member.disabled')).toMatchObject({
    before: { active: true },
    after: { active: false, endedSessions: 1 },
  });
  expect((await setActive(ana.id, true)).data.setMemberActive).toEqual({
    __typename: 'Member',
    active: true,
  });
  expect(await refresh(refreshToken)).toBe('SignInRefused');
  expect(await signIn(ana)).toMatchObject({ __typename: 'Session' });
});

test('the last owner can be neither removed nor disabled, even beside one who is disabled or whose role ends', async () => {
  const { remove, setActive, owner, join, by } = await members();
  const [disabled, ending] = [await join('owner'), await join('viewer')];
  await setActive(disabled.id, false);
  const until = { role: 'owner', expiresAt: new Date(Date.now() + 3_600_000).toISOString() };
  await by(owner)(ASSIGN, { input: { subject: { memberId: ending.id }, roles: [until] } });
  const last = { __typename: 'LastOwner' };
  expect((await remove(owner.id)).data.removeMember).toEqual(last);
  expect((await setActive(owner.id, false)).data.setMemberActive).toEqual(last);
  expect((await remove(disabled.id)).data.removeMember).toEqual({ __typename: 'MemberRemoved' });
});

test('of fifty attempts to remove either of two owners exactly one succeeds', async () => {
  const { remove, owner, join, owners } = await members();
  const both = [owner, await join('owner')];
  const outcomes = await Promise.all(
    Array.from({ length: 50 }, (_, index) => remove(both[index % 2]?.id ?? '', both[(index >> 1) % 2])),
  );
  const removed = outcomes.filter(({ data }) => data.removeMember?.__typename === 'MemberRemoved');
  expect(removed).toHaveLength(1);
  expect(await owners()).toBe(1);
});

test.each(['demote', 'disable'])(
  'of fifty attempts to %s either of two owners exactly one does',
  async (how) => {
    const { by, setActive, owner, join, owners, scope, tenantId } = await members();
    const both = [owner, await join('owner')];
    await Promise.all(
      Array.from({ length: 50 }, (_, index) => {
        const [who, target] = [both[(index >> 1) % 2] ?? owner, both[index % 2] ?? owner];
        return how === 'disable'
          ? setActive(target.id, false, who)
          : by(who)(ASSIGN, assigning({ memberId: target.id }, 'viewer'));
      }),
    );
    expect(await owners()).toBe(1);
    const changes = await scope.db.execute(sql`
    select 1 from audit_event
    where tenant_id = ${tenantId}::uuid and action in ('roles.assigned', 'member.disabled')`);
    expect(changes).toHaveLength(1);
  },
);

test('signing out while roles change fails neither', async () => {
  const { by, as, owner, join, signIn } = await members();
  const ana = await join('viewer');
  const sessions: { refreshToken: string }[] = [];
  while (sessions.length < 6) sessions.push(await signIn(ana));
  const answers = await Promise.all(
    sessions.flatMap(({ refreshToken }, index) => [
      as({ anonymous: true })(SIGN_OUT, { refreshToken }),
      by(owner)(ASSIGN, assigning({ memberId: ana.id }, index % 2 === 0 ? 'analyst' : 'viewer')),
    ]),
  );
  expect(answers.flatMap(({ errors }) => errors)).toEqual([]);
});

test('an admin can neither remove nor disable nor enable an owner', async () => {
  const { remove, setActive, admin, join } = await members();
  const other = await join('owner');
  expect((await remove(other.id, admin)).errors).toEqual(['removeMember: FORBIDDEN']);
  expect((await setActive(other.id, false, admin)).errors).toEqual(['setMemberActive: FORBIDDEN']);
  await setActive(other.id, false);
  expect((await setActive(other.id, true, admin)).errors).toEqual(['setMemberActive: FORBIDDEN']);
});

test('who manages some members manages no others', async () => {
  const { remove, role, join } = await members();
  const viewers = { op: 'eq', field: 'roles', value: 'viewer' };
  const reading = [
    'tenant.read',
    'members.read',
    'mentions.read',
    'trackers.read',
    'reports.read',
    'mentions.manage',
    'trackers.manage',
  ];
  const id = await role('Host', [
    allow('members.manage', { conditions: viewers }),
    ...reading.map((key) => allow(key)),
  ]);
  const host = await join(id);
  const [viewer, analyst] = [await join('viewer'), await join('analyst')];
  expect((await remove(analyst.id, host)).errors).toEqual(['removeMember: FORBIDDEN']);
  expect((await remove(viewer.id, host)).data.removeMember).toEqual({ __typename: 'MemberRemoved' });
});

test('members of another tenant read like those that do not exist; managing needs its permission and a second factor', async () => {
  const [mine, theirs] = [await members(), await members()];
  const member = await theirs.join('viewer');
  for (const id of [member.id, newId(), 'nobody']) {
    expect((await mine.remove(id)).data.removeMember).toEqual({ __typename: 'MemberNotFound' });
    expect((await mine.setActive(id, false)).data.setMemberActive).toEqual({ __typename: 'MemberNotFound' });
  }
  const viewer = await mine.join('viewer');
  expect((await mine.remove(mine.admin.id, viewer)).errors).toEqual(['removeMember: FORBIDDEN']);
  expect((await mine.setActive(mine.admin.id, false, viewer)).errors).toEqual(['setMemberActive: FORBIDDEN']);
  const weak = mine.by(mine.owner, { mfa: false });
  const input = { memberId: viewer.id };
  expect((await weak(REMOVE, { input })).errors).toEqual(['removeMember: MFA_REQUIRED']);
  const disabling = { input: { ...input, active: false } };
  expect((await weak(SET_ACTIVE, disabling)).errors).toEqual(['setMemberActive: MFA_REQUIRED']);
});
