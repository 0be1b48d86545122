import { newId } from '@chorus/shared/id.ts';
import { SYSTEM_ROLES } from '@chorus/shared/permissions.ts';
import { sql } from 'drizzle-orm';
import { expect, test } from 'vitest';
import { allow } from '@chorus/tests/harness/grants.ts';
import { withOwner } from '@chorus/tests/harness/invitations.ts';

const address = () => `${newId()}@people.test`;
const NOT_FOUND = {
  __typename: 'InvitationNotFound',
  message: 'There is no such invitation that could still be accepted.',
};

test('an invitation is mailed to its address, for seven days, and the log tells of it without the token', async () => {
  const { invite, mails, owner, events, db } = await withOwner();
  const email = address();
  const invitation = await invite(`  ${email.toUpperCase()} `, ['viewer', 'analyst']);
  expect(invitation).toMatchObject({
    __typename: 'Invitation',
    email,
    roles: ['viewer', 'analyst'],
    status: 'OPEN',
    invitedBy: { id: owner.id },
  });
  expect(Date.parse(invitation.expiresAt) - Date.now()).toBeGreaterThan(6.9 * 86_400_000);
  const [letter] = await mails(email);
  expect(letter?.subject).toBe('You are invited to Acme Airways on Chorus');
  expect(letter?.text).toContain(`http://app.test/accept-invitation#token=${letter?.token}`);
  const told = await events();
  expect(told).toMatchObject([
    {
      action: 'invitation.created',
      actor: { kind: 'member', id: owner.id },
      targets: [{ kind: 'invitation', id: invitation.id }],
      after: { email, roles: ['viewer', 'analyst'] },
    },
  ]);
  const [, secret = ''] = letter?.token.split('.') ?? [];
  expect(secret).toHaveLength(43);
  expect(JSON.stringify([told, await db.execute(sql`select * from invitation`)])).not.toContain(secret);
});

test('inviting an address again and sending it again kill the link before', async () => {
  const { invite, resend, token, accept, list, events, mails } = await withOwner();
  const email = address();
  const first = await invite(email, ['viewer']);
  const tokens = [await token(email)];
  expect(await invite(email, ['analyst'])).toMatchObject({ id: first.id, roles: ['analyst'] });
  tokens.push(await token(email));
  expect(await resend(first.id)).toMatchObject({ id: first.id, roles: ['analyst'] });
  for (const old of tokens) expect((await accept({ token: old })).__typename).toBe('InvitationRefused');
  expect((await list()).nodes).toEqual([{ id: first.id, email, status: 'OPEN' }]);
  expect(await mails(email)).toHaveLength(3);
  expect((await events()).map(({ action }) => action).slice(0, 3)).toEqual([
    'invitation.created',
    'invitation.resent',
    'invitation.resent',
  ]);
  expect((await accept({ token: await token(email) })).__typename).toBe('InvitationAccepted');
});

test('an expired invitation is opened again by sending it again', async () => {
  const { invite, resend, list, token, accept, db } = await withOwner();
  const email = address();
  const { id } = await invite(email);
  await db.execute(sql`update invitation set expires_at = now() where id = ${id}`);
  expect((await list()).nodes).toMatchObject([{ status: 'EXPIRED' }]);
  expect((await accept({ token: await token(email) })).__typename).toBe('InvitationRefused');
  expect(await resend(id)).toMatchObject({ status: 'OPEN' });
  expect((await accept({ token: await token(email) })).__typename).toBe('InvitationAccepted');
});

test('a revoked invitation is worth nothing, and neither it nor an accepted one can be opened again', async () => {
  const { invite, revoke, resend, token, accept, list } = await withOwner();
  const [gone, used] = [address(), address()];
  const [{ id: revoked }, { id: accepted }] = [await invite(gone), await invite(used)];
  expect(await revoke(revoked)).toMatchObject({ id: revoked, status: 'REVOKED' });
  expect((await accept({ token: await token(gone) })).__typename).toBe('InvitationRefused');
  await accept({ token: await token(used) });
  expect((await list()).nodes.map(({ status }: { status: string }) => status)).toEqual([
    'ACCEPTED',
    'REVOKED',
  ]);
  for (const id of [revoked, accepted, newId(), 'no id']) {
    expect(await revoke(id)).toEqual(NOT_FOUND);
    expect(await resend(id)).toEqual(NOT_FOUND);
  }
});

test('members are not invited again, nor are things that are no address', async () => {
  const { invite, owner } = await withOwner();
  expect((await invite(owner.email)).__typename).toBe('AlreadyMember');
  for (const wrong of [
    '',
    'ana',
    'ana@people.test, eve@people.test',
    'a\r\nBcc: b@people.test',
    'x'.repeat(300),
  ])
    expect((await invite(wrong)).__typename).toBe('InvitationInvalid');
});

test('an invitation is to one to twenty roles that exist', async () => {
  const { invite, role } = await withOwner();
  const many = Array.from({ length: 21 }, (_, index) => `role ${index}`);
  expect((await invite(address(), [])).__typename).toBe('InvitationInvalid');
  expect((await invite(address(), many)).__typename).toBe('InvitationInvalid');
  for (const unknown of ['staff', newId(), "' or true --\0", '__proto__'])
    expect((await invite(address(), ['viewer', unknown])).__typename).toBe('UnknownRole');
  const own = await role(['mentions.read']);
  expect(await invite(address(), [own, own, 'viewer'])).toMatchObject({ roles: [own, 'viewer'] });
});

test('the roles of another tenant do not exist', async () => {
  const [{ role }, { invite }] = [await withOwner(), await withOwner()];
  expect((await invite(address(), [await role(['mentions.read'])])).__typename).toBe('UnknownRole');
});

test('nobody grants by invitation what they do not hold, not even by sending one again', async () => {
  const { invite, resend, role, db, tenantId } = await withOwner();
  const admin = { permissions: SYSTEM_ROLES.admin };
  const treasurer = await role(['billing.manage']);
  expect(await invite(address(), ['owner'], admin)).toBe('inviteMember: FORBIDDEN');
  expect(await invite(address(), [treasurer], admin)).toBe('inviteMember: FORBIDDEN');
  expect((await invite(address(), ['admin'], admin)).__typename).toBe('Invitation');
  const { id } = await invite(address(), [treasurer]);
  expect(await resend(id, admin)).toBe('resendInvitation: FORBIDDEN');
  const [denied] = await db.execute(sql`
    select context ->> 'permission' as permission from audit_event
    where tenant_id = ${tenantId} and action = 'access.denied'`);
  expect(denied).toEqual({ permission: 'billing.manage' });
});

test('nobody invites to a role that is wider than their own, however narrow that is', async () => {
  const { invite, resend, role } = await withOwner();
  const open = { op: 'eq', field: 'status', value: 'OPEN' } as const;
  const wide = await role(['mentions.read']);
  const narrow = { grants: [allow('members.manage'), allow('members.read'), allow('mentions.read', open)] };
  expect(await invite(address(), [wide], narrow)).toBe('inviteMember: FORBIDDEN');
  const { id } = await invite(address(), [wide]);
  expect(await resend(id, narrow)).toBe('resendInvitation: FORBIDDEN');
});

test('one address is invited ten times an hour at most', async () => {
  const { invite, mails } = await withOwner();
  const email = address();
  for (let mailed = 0; mailed < 10; mailed += 1) await invite(email);
  expect(await invite(email)).toBe('inviteMember: RATE_LIMITED');
  expect(await mails(email)).toHaveLength(10);
});

test('without the permission or a second factor nobody invites, resends or revokes', async () => {
  const { invite, resend, revoke, list } = await withOwner();
  const { id } = await invite(address());
  for (const [caller, code] of [
    [{ permissions: SYSTEM_ROLES.viewer }, 'FORBIDDEN'],
    [{ mfa: false }, 'MFA_REQUIRED'],
    [{ anonymous: true }, 'UNAUTHENTICATED'],
  ] as const) {
    expect(await invite(address(), ['viewer'], caller)).toBe(`inviteMember: ${code}`);
    expect(await resend(id, caller)).toBe(`resendInvitation: ${code}`);
    expect(await revoke(id, caller)).toBe(`revokeInvitation: ${code}`);
  }
  for (const permissions of [SYSTEM_ROLES.viewer, SYSTEM_ROLES.billing])
    expect(await list({}, { permissions })).toBe('invitations: FORBIDDEN');
  expect((await list({}, { mfa: false })).nodes).toHaveLength(1);
  expect(await list({}, { anonymous: true })).toBe('invitations: UNAUTHENTICATED');
});

test("another tenant's invitation reads like one that does not exist", async () => {
  const { invite, resend, revoke, list } = await withOwner();
  const { id } = await invite(address());
  const stranger = { tenantId: newId() };
  expect(await resend(id, stranger)).toEqual(NOT_FOUND);
  expect(await revoke(id, stranger)).toEqual(NOT_FOUND);
  expect((await list({}, stranger)).nodes).toEqual([]);
  expect((await list()).nodes).toMatchObject([{ status: 'OPEN' }]);
});

test('invitations are listed newest first, each once, however small the pages are', async () => {
  const { invite, list } = await withOwner();
  const emails = [address(), address(), address()];
  for (const email of emails) await invite(email);
  const seen: string[] = [];
  for (let after: string | null = null, more = true; more;) {
    const { nodes, pageInfo } = await list({ first: 2, after });
    seen.push(...nodes.map(({ email }: { email: string }) => email));
    after = pageInfo.endCursor;
    more = pageInfo.hasNextPage;
  }
  expect(seen).toEqual(emails.toReversed());
  expect(await list({ after: 'nonsense' })).toBe('invitations: BAD_USER_INPUT');
});
