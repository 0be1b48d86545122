import { randomBytes } from 'node:crypto';
import { newId } from '@chorus/shared/id.ts';
import { expect, test } from 'vitest';
import { decryptSeed, encryptSeed } from './seed.ts';

test('a seed decrypts for its own person and key only, and only unchanged', () => {
  const [key, person] = [randomBytes(32), newId()];
  const encrypted = encryptSeed('JBSWY3DPEHPK3PXPJBSWY3DP', person, key);
  expect(encrypted).not.toContain('JBSWY3DP');
  expect(decryptSeed(encrypted, person, key)).toBe('JBSWY3DPEHPK3PXPJBSWY3DP');
  expect(() => decryptSeed(encrypted, newId(), key)).toThrow('authenticate');
  expect(() => decryptSeed(encrypted, person, randomBytes(32))).toThrow('authenticate');
  const [version, iv, tag, sealed] = encrypted.split('.');
  expect(() => decryptSeed([version, iv, tag?.slice(0, 6), sealed].join('.'), person, key)).toThrow('tag');
  expect(() => decryptSeed(encrypted.replace('v1', 'v2'), person, key)).toThrow('unknown key');
});
