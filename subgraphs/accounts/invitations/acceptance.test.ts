import { transactionOf } from '@chorus/db/context.ts';
import { newId } from '@chorus/shared/id.ts';
import { sql } from 'drizzle-orm';
import { expect, test } from 'vitest';
import { NO_TENANT } from '../audit/audit.service.ts';
import { lockTenant } from '../tenants/tenants.service.ts';
import { LIMITS } from '../throttling/limits.ts';
import { PASSWORD } from '../testing.ts';
import { invite as inviteBy } from './invitations.service.ts';
import { withOwner } from '@chorus/tests/harness/invitations.ts';

const address = () => `${newId()}@people.test`;
const REFUSED = {
  __typename: 'InvitationRefused',
  message:
    'This invitation cannot be accepted like this. If you have an account already, use its password; else ask for a new invitation.',
};

/** An owner and somebody with an invitation. */
async function invited(roles: string[] = ['viewer'], options: Parameters<typeof withOwner>[0] = {}) {
  const accounts = await withOwner(options);
  const email = address();
  const { id } = await accounts.invite(email, roles);
  const token = await accounts.token(email);
  const members = async () => [
    ...(await accounts.db.execute<{ id: string; active: boolean; name: string }>(sql`
      select id, active, name from member where tenant_id = ${accounts.tenantId} and email = ${email}`)),
  ];
  return { ...accounts, email, id, invitation: token, members };
}

test('somebody new joins with a password of their own, signs in, and holds what was offered', async () => {
  const { accept, invitation, email, ownTenant, signIn, events, id, members, db, owner } = await invited([
    'analyst',
  ]);
  expect(await accept({ token: invitation, name: '  Bo   Li ' })).toEqual({
    __typename: 'InvitationAccepted',
    email,
    tenant: { slug: ownTenant.slug, name: ownTenant.name },
  });
  const [member] = await members();
  expect(member).toMatchObject({ active: true, name: 'Bo Li' });
  expect((await signIn(email)).viewer.permissions).toContain('trackers.manage');
  expect((await events()).at(-1)).toMatchObject({
    action: 'invitation.accepted',
    actor: { kind: 'member', id: member?.id },
    targets: [{ kind: 'invitation', id }],
    after: { roles: ['analyst'] },
  });
  const [held] = await db.execute(sql`select * from role_assignment where subject_id = ${member?.id ?? ''}`);
  expect(held).toMatchObject({ role: 'analyst', source: 'invitation', assigned_by: owner.id });
  const [told] = await db.execute(sql`
    select data from outbox where tenant_id = ${ownTenant.id} and type = 'tenant.changed' order by sequence desc limit 1`);
  expect(told).toMatchObject({ data: { members: [member?.id] } });
});

test('a token is good once, also for fifty who use it at the same time', async () => {
  const { accept, invitation, members } = await invited();
  const answers = await Promise.all(Array.from({ length: 50 }, () => accept({ token: invitation })));
  const accepted = answers.filter(({ __typename }) => __typename === 'InvitationAccepted');
  expect(accepted).toHaveLength(1);
  expect(await members()).toHaveLength(1);
  expect(await accept({ token: invitation })).toEqual(REFUSED);
});

test('somebody with an account elsewhere joins with its password only, and keeps it', async () => {
  const { tenant, member, invite, token, accept, signIn, events } = await withOwner();
  const { email } = await member((await tenant()).id);
  const { id } = await invite(email);
  const invitation = await token(email);
  expect(await accept({ token: invitation, password: 'not the password' })).toEqual(REFUSED);
  expect((await events()).at(-1)).toMatchObject({
    action: 'invitation.refused',
    actor: { kind: 'unknown' },
    targets: [{ kind: 'invitation', id }],
    context: { factor: 'mailed-token', reason: 'refused' },
  });
  expect((await accept({ token: invitation })).__typename).toBe('InvitationAccepted');
  expect((await signIn(email)).__typename).toBe('Session');
});

test('passwords of accounts are not guessed by way of an invitation', async () => {
  const { tenant, member, invite, token, accept } = await withOwner();
  const { email } = await member((await tenant()).id);
  await invite(email);
  const invitation = await token(email);
  for (let tries = 0; tries < 5; tries += 1)
    await accept({ token: invitation, password: 'not the password' });
  expect(await accept({ token: invitation })).toEqual(REFUSED);
});

test('whoever was removed takes the same place again, and whoever was disabled does not', async () => {
  const { tenant, member, tenantId, invite, token, accept, db } = await withOwner();
  const { id, email } = await member(tenantId, { roles: [] });
  await member((await tenant()).id, { email });
  await db.execute(sql`update member set active = false where id = ${id}`);
  expect((await invite(email)).__typename).toBe('AlreadyMember');
  await db.execute(sql`update member set removed_at = now() where id = ${id}`);
  expect((await invite(email)).__typename).toBe('Invitation');
  expect((await accept({ token: await token(email) })).__typename).toBe('InvitationAccepted');
  const [row] = await db.execute(sql`select active, removed_at from member where id = ${id}`);
  expect(row).toEqual({ active: true, removed_at: null });
});

test('a role that was deleted meanwhile is left out', async () => {
  const accounts = await withOwner();
  const email = address();
  const [gone, own] = [await accounts.role(['reports.read']), await accounts.role(['mentions.read'])];
  await accounts.invite(email, [gone, own, 'viewer']);
  await accounts.db.execute(sql`delete from role where id = ${gone}`);
  await accounts.accept({ token: await accounts.token(email) });
  expect((await accounts.events()).at(-1)).toMatchObject({ after: { roles: [own, 'viewer'] } });
});

test('unknown and malformed tokens get one answer and one event each', async () => {
  const { accept, invitation, events } = await invited();
  const before = (await events(NO_TENANT)).length;
  const bad = [
    `${newId()}.${invitation.split('.')[1]}`,
    invitation.slice(0, -1),
    '',
    '\0',
    'x'.repeat(100_000),
  ];
  for (const token of bad) expect(await accept({ token })).toEqual(REFUSED);
  const told = (await events(NO_TENANT)).slice(before);
  expect(told.map(({ action }) => action)).toEqual(bad.map(() => 'invitation.refused'));
});

test('one network tries a hundred tokens in a quarter of an hour at most', async () => {
  const { accept, invitation, db } = await invited();
  const network = `2001:db8:${newId().slice(-4)}:${newId().slice(-4)}::1`;
  await accept({ token: 'junk' }, network);
  await db.execute(sql`update attempt set count = ${LIMITS.mailedToken.max} where kind = 'mailed-token'`);
  expect(await accept({ token: invitation }, network)).toEqual(REFUSED);
  await db.execute(sql`delete from attempt`);
  expect((await accept({ token: invitation }, network)).__typename).toBe('InvitationAccepted');
});

test('weak passwords and impossible names are refused, and the token stays good', async () => {
  const { accept, invitation } = await invited();
  for (const password of ['short', 'password', 'acme airways', 'x'.repeat(129)])
    expect((await accept({ token: invitation, password })).__typename).toBe('PasswordTooWeak');
  for (const name of ['', '  ', 'x'.repeat(101), 'Bo\0'])
    expect(await accept({ token: invitation, name })).toBe('acceptInvitation: BAD_USER_INPUT');
  expect((await accept({ token: invitation })).__typename).toBe('InvitationAccepted');
});

test('demo people join nothing in production, and nobody joins a tenant that is closed', async () => {
  const { tenant, member, invite, token, accept, db, tenantId } = await withOwner({ production: true });
  const { email } = await member((await tenant()).id, { demo: true });
  await invite(email);
  expect(await accept({ token: await token(email) })).toEqual(REFUSED);
  const other = address();
  await invite(other);
  await db.execute(sql`update tenant set active = false where tenant_id = ${tenantId}`);
  expect(await accept({ token: await token(other) })).toEqual(REFUSED);
});

test('fifty invited people compete for the last seat: one of them gets it', async () => {
  const { tenantId, owner, services, worker, accept, mails, db } = await withOwner({ seats: 2 });
  const emails = Array.from({ length: 50 }, address);
  await transactionOf(worker, tenantId, async (transaction) => {
    await lockTenant(transaction);
    for (const email of emails)
      await inviteBy(services, transaction, { email, roles: ['viewer'], invitedBy: owner.id });
  });
  const tokens = await Promise.all(emails.map(async (email) => (await mails(email))[0]?.token ?? ''));
  const answers = await Promise.all(tokens.map((token) => accept({ token })));
  const kinds = answers.map(({ __typename }) => __typename);
  expect(kinds.filter((kind) => kind === 'InvitationAccepted')).toHaveLength(1);
  expect(kinds.filter((kind) => kind === 'SeatsFull')).toHaveLength(49);
  const [seats] = await db.execute(sql`
    select count(*)::int as taken from member where tenant_id = ${tenantId} and active`);
  expect(seats).toEqual({ taken: 2 });
});

test('until billing tells of a plan there are five seats, and the first owner needs none', async () => {
  const { tenant, services, worker, accept, mails, member } = await withOwner();
  services.seats = () => Promise.resolve(undefined);
  const { id } = await tenant();
  for (let taken = 0; taken < 5; taken += 1) await member(id);
  const join = async (invitedBy: string | null) => {
    const email = address();
    await transactionOf(worker, id, (transaction) =>
      inviteBy(services, transaction, { email, roles: ['owner'], invitedBy }),
    );
    const [letter] = await mails(email);
    return (await accept({ token: letter?.token ?? '', password: PASSWORD })).__typename;
  };
  expect(await join(newId())).toBe('SeatsFull');
  expect(await join(null)).toBe('InvitationAccepted');
});
