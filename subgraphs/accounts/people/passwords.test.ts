import { readFile } from 'node:fs/promises';
import { randomInt } from 'node:crypto';
import { expect, test } from 'vitest';
import { hashPassword, isPasswordLength, passwordMatches, saltOf } from './passwords.ts';

test('a password matches its own hash only, and every hash is salted', async () => {
  const [first, second] = await Promise.all([hashPassword('pässwörd ✓'), hashPassword('pässwörd ✓')]);
  expect(first).toMatch(/^\$argon2id\$v=19\$m=19456,t=2,p=1\$/);
  expect(first).not.toBe(second);
  expect(await passwordMatches('pässwörd ✓', first)).toBe(true);
  expect(await passwordMatches('passwörd ✓', first)).toBe(false);
});

test('nobody has a password, not even the one of the stand-in', async () => {
  expect(await passwordMatches('anything at all', undefined)).toBe(false);
});

test('a hash of another library with other costs is understood', async () => {
  const phc =
    '$argon2id$v=19$m=65536,t=2,p=1$c29tZXNhbHQxMjM0NTY3OA$AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA';
  expect(await passwordMatches('password', phc)).toBe(false);
  await expect(passwordMatches('password', '$2b$12$abcdef')).rejects.toThrow('not a PHC string');
});

test('more sign-ins than can wait are refused at once', async () => {
  const results = await Promise.allSettled(
    Array.from({ length: 60 }, () => passwordMatches('password', undefined)),
  );
  const refused = results.filter((result) => result.status === 'rejected');
  expect(refused.length).toBe(8);
  expect(refused[0]?.reason).toMatchObject({ code: 'OVERLOADED' });
});

test.each([
  ['1234567', false],
  ['12345678', true],
  ['x'.repeat(128), true],
  ['x'.repeat(129), false],
  ['🐢'.repeat(128), true],
  ['🐢'.repeat(129), false],
  ['🐢'.repeat(4), false],
])('passwords have 8 to 128 characters (%#)', (password, fits) => {
  expect(isPasswordLength(password)).toBe(fits);
});

/** Of one to four bytes, letters that can be written in two ways among them. */
const CHARACTERS = Array.from('aZ0 \t\u0000~é\u0301ßИ漢字🐢👩‍🚀\u{10FFFF}');
const randomPassword = (length: number) =>
  Array.from({ length }, () => CHARACTERS[randomInt(CHARACTERS.length)]).join('');

test('whatever a password consists of, up to 128 characters of it, each of its characters counts', async () => {
  for (const length of [8, 9, 64, 65, 127, 128]) {
    const password = randomPassword(length);
    expect(isPasswordLength(password)).toBe(true);
    const hash = await hashPassword(password);
    const characters = Array.from(password);
    const at = randomInt(length);
    const other = characters.with(at, characters[at] === 'x' ? 'y' : 'x').join('');
    const shorter = characters.slice(0, -1).join('');
    const tried = [password, other, shorter, `${password} `];
    const matches = await Promise.all(tried.map((one) => passwordMatches(one, hash)));
    expect({ password, matches }).toEqual({ password, matches: [true, false, false, false] });
  }
});

test('a password is its bytes: what looks the same in another form is another', async () => {
  const hash = await hashPassword('caf\u00e9 au lait');
  expect(await passwordMatches('caf\u0065\u0301 au lait', hash)).toBe(false);
  expect(await passwordMatches('CAF\u00c9 AU LAIT', hash)).toBe(false);
});

test('the same password hashed at another cost keeps its salt, and a new one has its own', async () => {
  const [first, second] = [await hashPassword('correct horse'), await hashPassword('correct horse')];
  expect(saltOf(first)).not.toBe(saltOf(second));
  expect(await hashPassword('correct horse', saltOf(first))).toBe(first);
});

test('a crowd that signs in does not keep the rest of the process waiting', async () => {
  let signedIn = 0;
  const crowd = Array.from({ length: 30 }, async () => {
    await passwordMatches('password', undefined);
    signedIn += 1;
  });
  for (let read = 0; read < 20; read += 1) await readFile(import.meta.filename);
  expect(signedIn).toBeLessThan(15);
  await Promise.all(crowd);
});
