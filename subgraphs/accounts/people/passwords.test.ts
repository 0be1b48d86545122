import { expect, test } from 'vitest';
import { hashPassword, isPasswordLength, passwordMatches } from './passwords.ts';

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
