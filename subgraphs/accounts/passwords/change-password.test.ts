import { newId } from '@chorus/shared/id.ts';
import { expect, test } from 'vitest';
import { PASSWORD } from '../testing.ts';
import { NEW_PASSWORD, withMember } from '@chorus/tests/harness/passwords.ts';

const REFUSED = { __typename: 'PasswordRefused', message: 'The current password was not accepted.' };

test('a new password replaces the old one, and a mail says so', async () => {
  const { change, signIn, mails, person } = await withMember();
  expect(await change()).toEqual({ __typename: 'PasswordChanged', endedSessions: 0 });
  expect((await signIn(PASSWORD)).__typename).toBe('SignInRefused');
  expect((await signIn(NEW_PASSWORD)).__typename).toBe('Session');
  expect(await mails(person.email)).toMatchObject([{ subject: 'Your Chorus password was changed' }]);
});

test('the session that asks goes on, and all others end in every tenant of the person, whose logs tell of it', async () => {
  const { tenant, member, person, tenantId, signIn, sessions, change, events } = await withMember();
  const other = await tenant();
  const place = await member(other.id, { email: person.email });
  for (const slug of [undefined, undefined, other.slug]) await signIn(PASSWORD, slug);
  const [own] = (await sessions()).filter(({ tenant: where }) => where === tenantId);
  expect(await change({}, { session: own?.id ?? '' })).toMatchObject({ endedSessions: 2 });
  expect((await sessions()).filter(({ live }) => live)).toEqual([own]);

  const told = (id: string, endedSessions: number) => {
    const party = { kind: 'member', id };
    return {
      action: 'password.changed',
      actor: party,
      targets: [party],
      before: null,
      after: { endedSessions },
    };
  };
  expect(await events()).toEqual([told(person.id, 1)]);
  expect(await events(other.id)).toEqual([told(place.id, 1)]);
});

test('without the right current password nothing changes, and the log says somebody tried', async () => {
  const { change, signIn, events, mails, person } = await withMember();
  for (const currentPassword of ['not the password', '', 'x'.repeat(1_000)])
    expect(await change({ currentPassword })).toEqual(REFUSED);
  expect((await signIn()).__typename).toBe('Session');
  const told = await events();
  const refused = {
    action: 'password.refused',
    actor: { kind: 'unknown' },
    targets: [{ kind: 'member', id: person.id }],
  };
  expect(told).toMatchObject([refused, refused, refused]);
  expect(JSON.stringify(told)).not.toContain('not the password');
  expect(await mails(person.email)).toEqual([]);
});

test('guessing the current password is limited together with signing in', async () => {
  const { change, signIn } = await withMember();
  for (let tries = 0; tries < 5; tries += 1) await change({ currentPassword: 'not the password' });
  expect(await change()).toEqual(REFUSED);
  expect((await signIn()).__typename).toBe('SignInRefused');
});

test.each([
  ['short', 'A password has from 8 to 128 characters.'],
  ['x'.repeat(129), 'A password has from 8 to 128 characters.'],
  ['iloveyou', /first that anybody would try/],
  ['acmeairways1', /first that anybody would try/],
  ['Nowak-2026!', /first that anybody would try/],
])('the password %s is too weak', async (newPassword, message) => {
  const { change, signIn } = await withMember();
  expect(await change({ newPassword })).toEqual({
    __typename: 'PasswordTooWeak',
    message: expect.stringMatching(message),
  });
  expect((await signIn()).__typename).toBe('Session');
});

test.each(['🦊🐻🐼🐨🦁🐮🐷🐸', 'pass\u0000word\nwith everything', ' spaces stay '])(
  'the password %j is kept byte by byte',
  async (newPassword) => {
    const { change, signIn } = await withMember();
    expect((await change({ newPassword })).__typename).toBe('PasswordChanged');
    expect((await signIn(newPassword)).__typename).toBe('Session');
    expect(
      (await signIn(newPassword.trim() === newPassword ? `${newPassword} ` : newPassword.trim())).__typename,
    ).toBe('SignInRefused');
  },
);

test('only members have a password to change, and only their own', async () => {
  const { change, member, tenant } = await withMember();
  const denied = 'changePassword: UNAUTHENTICATED';
  expect(await change({}, { anonymous: true })).toBe(denied);
  expect(await change({}, { subject: newId() })).toBe(denied);
  const elsewhere = await member((await tenant()).id);
  expect(await change({}, { subject: elsewhere.id })).toBe(denied);
});
