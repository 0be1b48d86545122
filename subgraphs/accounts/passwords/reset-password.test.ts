import { newId } from '@chorus/shared/id.ts';
import { sql } from 'drizzle-orm';
import { expect, test } from 'vitest';
import { NO_TENANT } from '../audit/audit.service.ts';
import { PASSWORD } from '../testing.ts';
import { NEW_PASSWORD, withMember } from '@chorus/tests/harness/passwords.ts';

const REFUSED = {
  __typename: 'ResetRefused',
  message: 'This link cannot be used (any more); ask for a new one.',
};
const REQUESTED = {
  __typename: 'PasswordResetRequested',
  message: 'If the address is known, a mail is on its way to it.',
};

async function requested(options: Parameters<typeof withMember>[0] = {}) {
  const accounts = await withMember(options);
  expect(await accounts.request()).toEqual(REQUESTED);
  const [letter] = await accounts.mails(accounts.person.email);
  return { ...accounts, letter, token: letter?.token ?? '' };
}

test('a mailed link gives a new password once, and no session', async () => {
  const { letter, token, reset, signIn, mails, person } = await requested();
  expect(letter?.text).toContain(`http://app.test/reset-password#token=${token}`);
  expect(await reset(token)).toEqual({ __typename: 'PasswordChanged', endedSessions: 0 });
  expect(await reset(token)).toEqual(REFUSED);
  expect((await signIn(PASSWORD)).__typename).toBe('SignInRefused');
  expect((await signIn(NEW_PASSWORD)).__typename).toBe('Session');
  expect((await mails(person.email)).at(-1)?.subject).toBe('Your Chorus password was changed');
});

test('a reset ends every session of the person in every tenant, whose logs and records tell of it', async () => {
  const { tenant, member, person, tenantId, signIn, request, reset, mails, sessions, events, db } =
    await withMember();
  const other = await tenant();
  const place = await member(other.id, { email: person.email });
  for (const slug of [undefined, undefined, other.slug]) await signIn(PASSWORD, slug);
  await request();
  const [letter] = await mails(person.email);
  await db.execute(sql`delete from outbox where tenant_id in (${tenantId}, ${other.id})`);
  expect(await reset(letter?.token ?? '')).toMatchObject({ endedSessions: 3 });
  expect((await sessions()).filter(({ live }) => live)).toEqual([]);

  const told = (id: string) => ({ action: 'password.reset', targets: [{ kind: 'member', id }] });
  expect((await events()).at(-1)).toMatchObject({ ...told(person.id), after: { endedSessions: 2 } });
  expect((await events(other.id)).at(-1)).toMatchObject({ ...told(place.id), after: { endedSessions: 1 } });
  const published = await db.execute(sql`
    select tenant_id as id from outbox where tenant_id in (${tenantId}, ${other.id}) order by id`);
  expect([...published]).toEqual([tenantId, other.id].toSorted().map((id) => ({ id })));
});

test('the second factor is asked for as ever', async () => {
  const { token, reset, signIn } = await requested({ totp: true });
  await reset(token);
  expect((await signIn(NEW_PASSWORD)).__typename).toBe('MfaChallenge');
});

test('of fifty parallel resets with one token exactly one succeeds', async () => {
  const { token, reset, signIn } = await requested();
  const resets = Array.from({ length: 50 }, (_, index) => reset(token, `${NEW_PASSWORD} ${index}`));
  const answers = await Promise.all(resets);
  const winners = answers.flatMap((answer, index) =>
    answer.__typename === 'PasswordChanged' ? [index] : [],
  );
  expect(winners).toHaveLength(1);
  expect(answers.filter(({ __typename }) => __typename === 'ResetRefused')).toHaveLength(49);
  expect((await signIn(`${NEW_PASSWORD} ${winners[0]}`)).__typename).toBe('Session');
});

test('asking again replaces the link, and so does changing the password', async () => {
  const { token, request, reset, change, mails, person } = await requested();
  await request();
  const [, second] = await mails(person.email);
  expect(await reset(token)).toEqual(REFUSED);
  expect((await change()).__typename).toBe('PasswordChanged');
  expect(await reset(second?.token ?? '')).toEqual(REFUSED);
});

test('unknown, expired and malformed tokens get one answer and one event each, without the token', async () => {
  const { token, reset, db, person, events, signIn } = await requested();
  const before = (await events(NO_TENANT)).length;
  await db.execute(sql`update password_reset set expires_at = now() where person_id = ${person.personId}`);
  const [, secret = ''] = token.split('.');
  const bad = [token, `${newId()}.${secret}`, token.slice(0, -1), '', "' or true --\0", 'x'.repeat(100_000)];
  for (const one of bad) expect(await reset(one)).toEqual(REFUSED);
  const told = (await events(NO_TENANT)).slice(before);
  expect(told.map(({ action }) => action)).toEqual(bad.map(() => 'password.reset-refused'));
  expect(JSON.stringify(told)).not.toContain(secret);
  expect((await signIn()).__typename).toBe('Session');
});

test('a weak password does not spend the token', async () => {
  const { token, reset } = await requested();
  for (const weak of ['short', 'password', 'Acme Airways', 'nowak1234'])
    expect((await reset(token, weak)).__typename).toBe('PasswordTooWeak');
  expect((await reset(token)).__typename).toBe('PasswordChanged');
});

test('the token is nowhere but in the mail', async () => {
  const { token, db } = await requested();
  const [, secret = ''] = token.split('.');
  expect(secret).toHaveLength(43);
  for (const table of ['password_reset', 'mail', 'audit_event', 'attempt'])
    expect(JSON.stringify(await db.execute(sql`select * from ${sql.identifier(table)}`))).not.toContain(
      secret,
    );
});

test('whoever is unknown, malformed or of the demo in production gets the same answer and no mail', async () => {
  const { request, mails, person } = await withMember({ production: true, demo: true });
  const stranger = `${newId()}@people.test`;
  for (const email of [stranger, person.email, 'no address', '\0', `${'x'.repeat(300)}@people.test`])
    expect(await request(email)).toEqual(REQUESTED);
  for (const email of [stranger, person.email]) expect(await mails(email)).toEqual([]);
  expect(await mails(null)).toHaveLength(2);
});

test('an address gets three mails an hour at most, from wherever they are asked for', async () => {
  const { request, mails, person } = await withMember();
  const asked = Array.from({ length: 50 }, (_, index) =>
    request(` ${person.email.toUpperCase()}`, `198.51.100.${index}`),
  );
  for (const answer of await Promise.all(asked)) expect(answer).toEqual(REQUESTED);
  expect(await mails(person.email)).toHaveLength(3);
});

test('one network asks for thirty mails an hour at most', async () => {
  const { request, mails } = await withMember();
  const network = `2001:db8:${newId().slice(-4)}:${newId().slice(-4)}::1`;
  for (let asked = 0; asked < 32; asked += 1) await request(`${newId()}@people.test`, network);
  expect(await mails(null)).toHaveLength(30);
});

test('somebody unknown costs the same statements as somebody known', async () => {
  const { request, person, statements } = await withMember();
  const cost = async (email: string) => {
    statements.length = 0;
    await request(email);
    return [...statements];
  };
  const known = await cost(person.email);
  expect(known.length).toBeGreaterThan(4);
  expect(await cost(`${newId()}@people.test`)).toEqual(known);
});
