import { expect, test } from 'vitest';
import { requireAssurance, requireFreshSignIn, requireSecondFactor } from './assurance.ts';

const now = () => Date.now() / 1000;
const person = (authAgo: number | null, mfaAgo: number | null) => ({
  kind: 'member' as const,
  authTime: authAgo === null ? null : now() - authAgo,
  mfaAt: mfaAgo === null ? null : now() - mfaAgo,
});

const stepUp = (maxAge: number, methods: string[]) =>
  expect.objectContaining({ code: 'MFA_REQUIRED', extensions: { stepUp: { maxAge, methods } } });

test('a second factor counts until it is too old, and the refusal says how to prove it again', () => {
  const again = stepUp(900, ['totp', 'recovery-code']);
  expect(() => requireSecondFactor(person(5_000, 890), 900)).not.toThrow();
  for (const caller of [person(0, 901), person(0, null), person(0, -60)]) {
    expect(() => requireSecondFactor(caller, 900)).toThrow(again);
    expect(() => requireAssurance(caller, 'members.manage')).toThrow(again);
  }
  expect(() => requireAssurance(person(0, null), 'members.read')).not.toThrow();
});

test('a fresh sign-in is password and second factor, and only signing in again gives one', () => {
  expect(() => requireFreshSignIn(person(290, 290), 300)).not.toThrow();
  for (const caller of [person(301, 0), person(0, 301), person(null, 0), person(0, null)]) {
    expect(() => requireFreshSignIn(caller, 300)).toThrow(stepUp(300, ['sign-in']));
  }
});

test('keys have neither', () => {
  const key = { kind: 'key' as const, authTime: null, mfaAt: null };
  const forbidden = expect.objectContaining({ code: 'FORBIDDEN' });
  expect(() => requireSecondFactor(key, 900)).toThrow(forbidden);
  expect(() => requireFreshSignIn(key, 300)).toThrow(forbidden);
});
