import { expect, test } from 'vitest';
import { abilityOf, allows, packedRulesFor } from './ability.ts';
import { newId } from './id.ts';
import { ALL_PERMISSIONS } from './permissions.ts';

test.each(ALL_PERMISSIONS)('%s allows itself and no other permission', (permission) => {
  const ability = abilityOf(packedRulesFor(newId(), [permission]));
  expect(ALL_PERMISSIONS.filter((other) => allows(ability, other))).toEqual([permission]);
});

test('without rules nothing is allowed', () => {
  expect(ALL_PERMISSIONS.filter((permission) => allows(abilityOf([]), permission))).toEqual([]);
});
