import { newId } from '@chorus/shared/id.ts';
import { SYSTEM_ROLES } from '@chorus/shared/permissions.ts';
import { codeOf, later, signingIn } from '@chorus/tests/harness/signing-in.ts';
import { sql } from 'drizzle-orm';
import { expect, test } from 'vitest';
import { REFUSED } from '../testing.ts';

const RESET = `mutation ($memberId: ID!) {
  resetMemberFactors(input: { memberId: $memberId }) {
    __typename
    ... on Member { id }
    ... on Problem { message }
  }
}`;

const UNLOCK = `mutation ($memberId: ID!) {
  unlockMember(input: { memberId: $memberId }) { __typename ... on Problem { message } }
}`;
const NOT_FOUND = { __typename: 'MemberNotFound', message: 'There is no such member.' };

/** An admin and a member who lost their phone. */
async function lost() {
  const here = await signingIn();
  const admin = await here.signedIn({ totp: true, roles: ['admin'] });
  const ask = await here.bearer(admin.session.accessToken, { permissions: SYSTEM_ROLES.admin });
  const member = await here.signedIn({ totp: true });
  const reset = async (memberId: string, by = ask) => {
    const { data, errors } = await by(RESET, { memberId });
    return errors[0] ?? data.resetMemberFactors;
  };
  return { ...here, join: here.member, admin: { ...admin, ask }, member, reset };
}

test('a member who lost the factor signs in without it again, and was signed out everywhere', async () => {
  const { member, reset, refresh, signIn, audited, db, mails } = await lost();
  await member.ask('mutation { regenerateRecoveryCodes { __typename } }');
  expect(await reset(member.id)).toEqual({ __typename: 'Member', id: member.id });
  expect(await refresh(member.session.refreshToken)).toEqual(REFUSED);
  expect((await signIn(member.email)).__typename).toBe('Session');
  const codes = await db.execute(sql`select from recovery_code where person_id = ${member.personId}`);
  expect([...codes]).toEqual([]);
  const [event = ''] = await audited('factor.reset');
  expect(event).toContain(member.id);
  expect(event).not.toContain(member.seed);
  const [letter] = await mails(member.email);
  expect(letter?.subject).toBe('Your second factor for Chorus was reset');
});

test('nobody resets or unlocks a member who may do more than they', async () => {
  const { signedIn, reset, admin, mails } = await lost();
  const [owner, second] = [
    await signedIn({ totp: true, roles: ['owner'] }),
    await signedIn({ totp: true, roles: ['owner'] }),
  ];
  expect(await reset(owner.id)).toBe('resetMemberFactors: FORBIDDEN');
  expect((await admin.ask(UNLOCK, { memberId: owner.id })).errors).toEqual(['unlockMember: FORBIDDEN']);
  expect(await mails(owner.email)).toEqual([]);
  expect((await reset(owner.id, second.ask)).__typename).toBe('Member');
});

test('nobody resets themselves', async () => {
  const { admin, reset } = await lost();
  expect((await reset(admin.id)).__typename).toBe('FactorResetRefused');
});

test('people who belong to another tenant too are not reset, even where they are not active there', async () => {
  const { member, reset, tenant, join, signIn, db } = await lost();
  const other = await tenant();
  const place = await join(other.id, { email: member.email, roles: ['owner'] });
  const refused = {
    __typename: 'FactorResetRefused',
    message: 'Only people who belong to this tenant alone can be reset here.',
  };
  expect(await reset(member.id)).toEqual(refused);
  await db.execute(sql`update member set active = false where id = ${place.id}`);
  expect(await reset(member.id)).toEqual(refused);
  expect((await signIn(member.email)).__typename).toBe('MfaChallenge');

  await db.execute(sql`update member set removed_at = now() where id = ${place.id}`);
  expect((await reset(member.id)).__typename).toBe('Member');
});

test('members of other tenants read like members that do not exist', async () => {
  const { admin, as, member } = await lost();
  for (const memberId of ['', 'x', newId()]) {
    expect((await admin.ask(RESET, { memberId })).data.resetMemberFactors).toEqual(NOT_FOUND);
    expect((await admin.ask(UNLOCK, { memberId })).data.unlockMember).toEqual(NOT_FOUND);
  }
  const { data } = await as()(RESET, { memberId: member.id });
  expect(data.resetMemberFactors).toEqual(NOT_FOUND);
});

test('unlocking lets a member try again, and is in the log', async () => {
  const { member, admin, signIn, completeMfa, audited, as, tenantId } = await lost();
  later(30);
  const { challengeToken } = await signIn(member.email);
  for (let tries = 0; tries < 5; tries += 1)
    await completeMfa(challengeToken, 'AAAA AAAA AAAA AAAA AAAA AAAA');
  for (let tries = 0; tries < 5; tries += 1) await completeMfa(challengeToken, '000000');
  expect(await completeMfa(challengeToken, codeOf(member.seed))).toEqual(REFUSED);

  const { id: memberId } = member;
  expect((await as({ tenantId, mfa: false })(UNLOCK, { memberId })).errors).toEqual([
    'unlockMember: MFA_REQUIRED',
  ]);
  expect((await admin.ask(UNLOCK, { memberId })).data.unlockMember.__typename).toBe('Member');
  expect((await completeMfa(challengeToken, codeOf(member.seed))).__typename).toBe('Session');
  expect(await audited('member.unlocked')).toHaveLength(1);
});

test('resetting needs the permission, a fresh second factor and a person', async () => {
  const { as, tenantId, member } = await lost();
  const refused = async (caller: Parameters<typeof as>[0]) =>
    (await as({ tenantId, ...caller })(RESET, { memberId: member.id })).errors;
  expect(await refused({ permissions: ['members.read'] })).toEqual(['resetMemberFactors: FORBIDDEN']);
  expect(await refused({ mfa: false })).toEqual(['resetMemberFactors: MFA_REQUIRED']);
  expect(await refused({ identity: { kind: 'key' } })).toEqual(['resetMemberFactors: FORBIDDEN']);
  expect(await refused({ anonymous: true })).toEqual(['resetMemberFactors: UNAUTHENTICATED']);
});
