import { randomBytes } from 'node:crypto';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { apiKeyHmac, apiKeyMatches, makeApiKey, parseApiKey } from './api-key.ts';

const pepper = randomBytes(32);

test('a key that was made is read back as its parts', () => {
  const { key, id, secret } = makeApiKey();
  expect(parseApiKey(key)).toEqual({ id, secret });
});

test('a key with one character changed never passes', () => {
  const { key } = makeApiKey();
  const passing = fc.check(
    fc.property(
      fc.nat(key.length - 1),
      fc.constantFrom('A', 'b', '7', '_', '-', ' ', 'é'),
      (at, character) => {
        const changed = key.slice(0, at) + character + key.slice(at + 1);
        return changed === key || parseApiKey(changed) === undefined;
      },
    ),
  );
  expect(passing.counterexample).toBeNull();
});

test('only the right secret with the right pepper matches, and an unknown key never does', () => {
  const { secret } = makeApiKey();
  const stored = apiKeyHmac(secret, pepper);
  expect(apiKeyMatches(secret, stored, pepper)).toBe(true);
  expect(apiKeyMatches(makeApiKey().secret, stored, pepper)).toBe(false);
  expect(apiKeyMatches(secret, stored, randomBytes(32))).toBe(false);
  expect(apiKeyMatches(secret, undefined, pepper)).toBe(false);
});
