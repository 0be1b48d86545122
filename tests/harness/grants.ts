import type { Condition } from '@chorus/shared/conditions.ts';
import type { Grant } from '@chorus/shared/grants.ts';
import type { Permission } from '@chorus/shared/permissions.ts';

/** A grant as a role carries it: for every row, or for those that fulfil the condition. */
export const allow = (permission: Permission, conditions?: Condition): Grant => ({
  effect: 'allow',
  permission,
  ...(conditions && { conditions }),
});

export const deny = (permission: Permission, conditions?: Condition): Grant => ({
  ...allow(permission, conditions),
  effect: 'deny',
});
