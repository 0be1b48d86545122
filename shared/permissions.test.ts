import { expect, test } from 'vitest';
import {
  ALL_PERMISSIONS,
  ALL_PLATFORM_PERMISSIONS,
  isPermission,
  isTenantPermission,
  PERMISSIONS,
  PLATFORM_PERMISSIONS,
  SYSTEM_ROLES,
} from './permissions.ts';

test('what is dangerous asks for a second factor of the last 15 minutes', () => {
  const dangerous = ALL_PERMISSIONS.map((key) => PERMISSIONS[key]).filter((entry) => entry.dangerous);
  expect(dangerous.length).toBeGreaterThan(0);
  for (const entry of dangerous) expect(entry).toMatchObject({ assurance: 'mfa', maxAge: 900 });
});

test('no tenant role holds a permission of the platform, and each of those asks for a second factor', () => {
  for (const key of ALL_PLATFORM_PERMISSIONS) {
    expect(key).toMatch(/^platform\./);
    expect([isPermission(key), isTenantPermission(key)]).toEqual([true, false]);
    expect(PLATFORM_PERMISSIONS[key].assurance).toBe('mfa');
    for (const role of Object.values<readonly string[]>(SYSTEM_ROLES)) expect(role).not.toContain(key);
  }
  expect(ALL_PERMISSIONS.filter((key) => key.startsWith('platform.'))).toEqual([]);
});

test('requests are explained to owners and admins, and to keys that are given the scope', () => {
  const holders = Object.entries<readonly string[]>(SYSTEM_ROLES)
    .filter(([, held]) => held.includes('request.explain'))
    .map(([role]) => role);
  expect(holders).toEqual(['owner', 'admin']);
  expect(PERMISSIONS['request.explain'].assurance).toBe('pwd');
});

test('names on the prototype are no permissions', () => {
  expect(['constructor', '__proto__', 'toString', ''].filter(isPermission)).toEqual([]);
});
