import { newId } from '@chorus/shared/id.ts';
import { CREATE_ROLE, DELETE_ROLE, allow, tenantWithRoles } from '@chorus/tests/harness/tenant-with-roles.ts';
import { sql } from 'drizzle-orm';
import { expect, test } from 'vitest';

const SET_POLICY = `mutation ($input: UpdateSecurityPolicyInput!) {
  updateSecurityPolicy(input: $input) { __typename }
}`;
const POLICY = '{ securityPolicy { mfaMode mfaRoles requiredSince } }';
const INVITE =
  'mutation ($input: InviteMemberInput!) { inviteMember(input: $input) { ... on Invitation { id } } }';
const INVITED = '{ invitations { nodes { id roles } } }';

/** A tenant with two roles, a policy and invitations that may name them. */
async function naming() {
  const tenant = await tenantWithRoles();
  const ask = tenant.by(tenant.owner);
  const role = async (name: string): Promise<string> =>
    (await ask(CREATE_ROLE, { input: { name, grants: [allow('mentions.read')] } })).data.createRole.id;
  return {
    ...tenant,
    press: await role('Press'),
    other: await role('Other'),
    remove: async (input: object, by = ask) => by(DELETE_ROLE, { input }),
    demand: (...mfaRoles: string[]) =>
      ask(SET_POLICY, { input: { mfaMode: 'REQUIRED_FOR_ROLES', mfaRoles } }),
    policy: async () => (await ask(POLICY)).data.securityPolicy,
    invite: async (...roles: string[]) =>
      (await ask(INVITE, { input: { email: `${newId()}@people.test`, roles } })).data.inviteMember.id,
    invited: async () => (await ask(INVITED)).data.invitations.nodes,
  };
}

test('whoever needs a second factor by a deleted role needs it by the role in its place, and the log tells', async () => {
  const { press, other, remove, demand, policy, log } = await naming();
  await demand(press, 'owner');
  expect((await remove({ id: press, reassignTo: other })).errors).toEqual([]);
  const { mfaMode, mfaRoles } = await policy();
  expect({ mfaMode, mfaRoles: new Set(mfaRoles) }).toEqual({
    mfaMode: 'REQUIRED_FOR_ROLES',
    mfaRoles: new Set([other, 'owner']),
  });
  const events: { action: string }[] = await log();
  expect(events.find(({ action }) => action === 'security-policy.updated')).toMatchObject({
    before: { mfaRoles: expect.arrayContaining([press]) },
    after: { mfaRoles: expect.not.arrayContaining([press]) },
  });
});

test('a deleted role nobody takes the place of is no longer named, which gives nobody new days of grace', async () => {
  const { press, other, remove, demand, policy, scope, log } = await naming();
  await demand(press, other);
  await scope.db.execute(sql`
    update security_policy set required_since = '2026-01-01T00:00:00Z' where tenant_id = ${scope.tenantId}`);
  await remove({ id: press });
  const left = { mfaRoles: [other], requiredSince: '2026-01-01T00:00:00.000Z' };
  expect(await policy()).toMatchObject({ mfaMode: 'REQUIRED_FOR_ROLES', ...left });
  await remove({ id: other });
  expect(await policy()).toEqual({ mfaMode: 'OPTIONAL', mfaRoles: [], requiredSince: null });
  const events: { action: string }[] = await log();
  expect(events.filter(({ action }) => action === 'security-policy.updated')).toHaveLength(3);
});

test('who is invited to a deleted role is invited to the role in its place, once, or to none', async () => {
  const { press, other, remove, invite, invited, log } = await naming();
  const [both, one] = [await invite(press, other), await invite('viewer', press)];
  await remove({ id: press, reassignTo: other });
  expect((await log())[0]).toMatchObject({ action: 'role.deleted', after: { invitations: 2 } });
  expect(await invited()).toEqual([
    { id: one, roles: ['viewer', other] },
    { id: both, roles: [other] },
  ]);
  await remove({ id: other });
  expect(await invited()).toEqual([
    { id: one, roles: ['viewer'] },
    { id: both, roles: [] },
  ]);
});

test('invitations of before and of other tenants keep what they named', async () => {
  const { press, other, remove, invite, invited, scope, tenantId } = await naming();
  const id = await invite(press);
  await scope.db.execute(sql`update invitation set revoked_at = now() where tenant_id = ${tenantId}`);
  await remove({ id: press, reassignTo: other });
  expect(await invited()).toEqual([{ id, roles: [press] }]);
});

test('nobody gives by way of a deleted role what they do not hold', async () => {
  const { press, remove, invite, invited, by, admin } = await naming();
  const id = await invite(press);
  const { errors } = await remove({ id: press, reassignTo: 'owner' }, by(admin));
  expect(errors).toEqual(['deleteRole: FORBIDDEN']);
  expect(await invited()).toEqual([{ id, roles: [press] }]);
});
