import { sql } from 'drizzle-orm';
import { argon2Sync, randomBytes } from 'node:crypto';
import { expect, test } from 'vitest';
import { withMember } from '@chorus/tests/harness/passwords.ts';
import { PASSWORD } from '../testing.ts';

/** The password as an installation with other costs would have stored it. */
function hashOfOldCost(): string {
  const nonce = randomBytes(16);
  const cost = { memory: 8_192, passes: 1, parallelism: 1, tagLength: 32 };
  const hash = argon2Sync('argon2id', { message: PASSWORD, nonce, ...cost });
  const [salt, tag] = [nonce, hash].map((bytes) => bytes.toString('base64').replaceAll('=', ''));
  return `$argon2id$v=19$m=8192,t=1,p=1$${salt}$${tag}`;
}

test('a password that was hashed at another cost is hashed anew when it proves right', async () => {
  const { db, person, signIn } = await withMember();
  const stored = async () => {
    const [row] = await db.execute(
      sql`select password_hash as hash from person where id = ${person.personId}`,
    );
    return row?.['hash'];
  };
  const old = hashOfOldCost();
  await db.execute(sql`update person set password_hash = ${old} where id = ${person.personId}`);
  expect((await signIn('not the password')).__typename).toBe('SignInRefused');
  expect(await stored()).toBe(old);
  expect((await signIn()).__typename).toBe('Session');
  const renewed = await stored();
  expect(renewed).toMatch(/^\$argon2id\$v=19\$m=19456,t=2,p=1\$/);
  expect((await signIn()).__typename).toBe('Session');
  expect(await stored()).toBe(renewed);
});
