import { expect, test } from 'vitest';
import { isCommonPassword } from './common-passwords.ts';

test.each(['password', 'Password', '12345678', 'iloveyou', 'qwertyui', 'aaaaaaaaaaaa', 'abababababab'])(
  '%s is a common password',
  (password) => expect(isCommonPassword(password, [])).toBe(true),
);

test.each(['Acme2026!', 'chorus-2026', 'owner@acme.test', 'ＡＣＭＥ１２３４'])(
  '%s is hardly more than a word of the product, the tenant or the person',
  (password) => expect(isCommonPassword(password, ['acme', 'owner@acme.test'])).toBe(true),
);

test.each([
  'correct horse battery staple',
  'пароль-которого-нет',
  '🦊🐻🐼🐨🦁🐮🐷🐸',
  'acme likes long flights',
])('%s is nobody’s first guess', (password) => expect(isCommonPassword(password, ['acme'])).toBe(false));
