import { expect, test } from 'vitest';
import { environment } from './config.ts';

test('settings are read with their types', () => {
  const env = environment({ PORT: '4000', CORS_ORIGINS: 'https://a.test, https://b.test', EMPTY: '' });
  expect(env.port('PORT', 1)).toBe(4000);
  expect(env.port('OTHER', 1)).toBe(1);
  expect(env.list('CORS_ORIGINS')).toEqual(['https://a.test', 'https://b.test']);
  expect(env.optional('EMPTY')).toBeUndefined();
});

test.each([
  ['PORT', '70000', 'PORT must be a whole number from 0 to 65535, not "70000".'],
  ['PORT', 'http', 'PORT must be a whole number from 0 to 65535, not "http".'],
])('a wrong %s is one sentence that names it', (name, value, sentence) => {
  expect(() => environment({ [name]: value }).port(name, 1)).toThrow(sentence);
});

test('a wrong database address is named without repeating the password in it', () => {
  const env = environment({ ACCOUNTS_DATABASE_URL: 'mysql://user:hunter2@host/db' });
  expect(() => env.databaseUrl('ACCOUNTS_DATABASE_URL')).toThrow(/^ACCOUNTS_DATABASE_URL must look like/);
  expect(() => env.databaseUrl('ACCOUNTS_DATABASE_URL')).not.toThrow(/hunter2/);
});

test('a secret of the wrong length is refused', () => {
  expect(() => environment({ KEY: 'abcd' }).secret('KEY', 32, 'hex')).toThrow('KEY must be 32 bytes in hex.');
});
