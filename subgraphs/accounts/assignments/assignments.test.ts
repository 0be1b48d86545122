import { randomBytes } from 'node:crypto';
import { transactionOf } from '@chorus/db/context.ts';
import { newId } from '@chorus/shared/id.ts';
import { expect, test } from 'vitest';
import { issueApiKey } from '../api-keys/issue.service.ts';
import { allow, ASSIGN, assigning, tenantWithRoles } from '@chorus/tests/harness/tenant-with-roles.ts';

const HELD = `query ($of: [_Any!]!) { _entities(representations: $of) { ... on Member {
  id roles assignments { role { id name grants { permission } } expiresAt source assignedBy { id } via { id name } }
} } }`;

async function assignments() {
  const tenant = await tenantWithRoles();
  const { by, owner, worker, tenantId } = tenant;
  return {
    ...tenant,
    assign: async (subject: object, ...roles: object[]) => {
      const { data, errors } = await by(owner)(ASSIGN, { input: { subject, roles } });
      expect(errors).toEqual([]);
      return data.assignRoles;
    },
    held: async (id: string, as: { id: string } = owner) =>
      (await by(as)(HELD, { of: [{ __typename: 'Member', id }] })).data._entities[0],
    key: async (member: { id: string }) => {
      const given = { name: 'Partner', owner: member.id, scopes: [] };
      const { apiKey } = await transactionOf(worker, tenantId, (transaction) =>
        issueApiKey(transaction, given, randomBytes(32)),
      );
      return apiKey.id;
    },
  };
}

const soon = () => new Date(Date.now() + 3_600_000).toISOString();

test('the roles named are all a member holds directly, each with its end, and who assigned it is told', async () => {
  const { assign, join, role, owner, log, told, held } = await assignments();
  const own = await role('Editors', [allow('mentions.manage')]);
  const ana = await join('viewer');
  const expiresAt = soon();
  await assign({ memberId: ana.id }, { role: own, expiresAt }, { role: 'analyst' });
  const { roles, assignments: now } = await held(ana.id);
  expect(roles.toSorted()).toEqual(['Editors', 'analyst']);
  expect(
    now.map(({ expiresAt: end }: { expiresAt: Date | null }) => end && new Date(end).toISOString()),
  ).toContain(expiresAt);
  expect(now).toContainEqual({
    role: { id: own, name: 'Editors', grants: [{ permission: 'mentions.manage' }] },
    expiresAt: expect.anything(),
    source: 'MANUAL',
    assignedBy: { id: owner.id },
    via: null,
  });
  expect((await log())[0]).toMatchObject({
    action: 'roles.assigned',
    actor: { id: owner.id },
    targets: [{ kind: 'member', id: ana.id }],
    before: { roles: [{ role: 'viewer', expiresAt: null }] },
    after: { roles: expect.arrayContaining([{ role: own, expiresAt }]) },
  });
  expect(await told()).toMatchObject({ members: [ana.id] });
});

test('what stays keeps where it came from, and saying the same again changes nothing', async () => {
  const { assign, join, held, log } = await assignments();
  const ana = await join('viewer');
  await assign({ memberId: ana.id }, { role: 'viewer', expiresAt: soon() }, { role: 'analyst' });
  const { assignments: now } = await held(ana.id);
  expect(now.map(({ source }: { source: string }) => source).toSorted()).toEqual(['MANUAL', 'SETUP']);
  const [newest] = await log();
  const same = now.map(({ role, expiresAt }: { role: { id: string }; expiresAt: Date | null }) => ({
    role: role.id,
    expiresAt,
  }));
  await assign({ memberId: ana.id }, ...same);
  expect((await log())[0]).toEqual(newest);
});

test('a role that has ended and is assigned again is held from then on', async () => {
  const { assign, join, held, scope, owner } = await assignments();
  const ana = await join('viewer');
  await scope.db.execute(`update role_assignment set expires_at = now() where subject_id = '${ana.id}'`);
  expect((await held(ana.id)).roles).toEqual([]);
  await assign({ memberId: ana.id }, { role: 'viewer' });
  expect((await held(ana.id)).assignments).toMatchObject([
    { source: 'MANUAL', assignedBy: { id: owner.id } },
  ]);
});

test('a group gives its roles to its members, who see by which', async () => {
  const { group, join, assign, held, told } = await assignments();
  const ana = await join('viewer');
  const id = await group('Nights', [ana], ['viewer']);
  await assign({ groupId: id }, { role: 'analyst' });
  expect((await held(ana.id, ana)).assignments).toContainEqual(
    expect.objectContaining({
      role: expect.objectContaining({ id: 'analyst' }),
      via: { id, name: 'Nights' },
    }),
  );
  expect(await told()).toEqual({ version: expect.any(Number) });
});

test('an API key holds roles, and its record is written again', async () => {
  const { key, assign, join, told } = await assignments();
  const id = await key(await join('analyst'));
  expect(await assign({ apiKeyId: id }, { role: 'viewer' })).toMatchObject({
    assignments: [{ role: { id: 'viewer' } }],
  });
  expect(await told()).toMatchObject({ apiKeys: [id] });
});

test('an end in the past, a role twice, and more than 100 roles are refused with the reason', async () => {
  const { assign, join } = await assignments();
  const subject = { memberId: (await join()).id };
  const invalid = (message: string) => ({ __typename: 'AssignmentInvalid', message });
  const past = { role: 'viewer', expiresAt: new Date(Date.now() - 1_000).toISOString() };
  expect(await assign(subject, past)).toEqual(invalid('A role ends in the future.'));
  const viewer = { role: 'viewer' };
  expect(await assign(subject, viewer, viewer)).toEqual(invalid('A role is held once.'));
  const many = Array.from({ length: 101 }, () => ({ role: newId() }));
  expect(await assign(subject, ...many)).toEqual(invalid('Somebody holds at most 100 roles.'));
});

test('subjects and roles of another tenant read like those that do not exist', async () => {
  const [mine, theirs] = [await assignments(), await assignments()];
  const [member, role] = [await theirs.join(), await theirs.role('Theirs', [])];
  const key = await theirs.key(member);
  const unknown = { __typename: 'SubjectNotFound', message: 'There is nobody of this id.' };
  for (const subject of [
    { memberId: member.id },
    { memberId: newId() },
    { memberId: 'x' },
    { apiKeyId: key },
  ])
    expect(await mine.assign(subject, { role: 'viewer' })).toEqual(unknown);
  const ana = await mine.join();
  for (const id of [role, newId(), 'staff', 'constructor'])
    expect(await mine.assign({ memberId: ana.id }, { role: id })).toMatchObject({
      __typename: 'RoleNotFound',
    });
});

test('a subject is exactly one of member, group and key', async () => {
  const { by, owner, admin } = await assignments();
  for (const subject of [{}, { memberId: admin.id, groupId: newId() }, { apiKeyId: '\0' }])
    expect((await by(owner)(ASSIGN, assigning(subject))).errors).toEqual(['assignRoles: BAD_USER_INPUT']);
});

test('the last owner keeps the role, and without an end', async () => {
  const { assign, owner, join, role } = await assignments();
  const last = { __typename: 'LastOwner', message: 'The tenant needs an owner whose role does not end.' };
  const me = { memberId: owner.id };
  expect(await assign(me, { role: 'admin' })).toEqual(last);
  expect(await assign(me)).toEqual(last);
  expect(await assign(me, { role: 'owner', expiresAt: soon() })).toEqual(last);
  expect(await assign(me, { role: 'owner' }, { role: await role('More', []) })).toMatchObject({
    __typename: 'RolesAssigned',
  });
  await join('owner');
  expect(await assign(me, { role: 'owner', expiresAt: soon() })).toMatchObject({
    __typename: 'RolesAssigned',
  });
});

test('assignments of others need their permission', async () => {
  const { by, join } = await assignments();
  const [ana, bo] = [await join('viewer'), await join('viewer')];
  const { data, errors } = await by(ana)(HELD, {
    of: [ana, bo].map(({ id }) => ({ __typename: 'Member', id })),
  });
  expect(data._entities[0].assignments).toMatchObject([{ role: { id: 'viewer' } }]);
  expect(data._entities[1].assignments).toBeNull();
  expect(errors).toEqual(['_entities.1.assignments: FORBIDDEN']);
});
