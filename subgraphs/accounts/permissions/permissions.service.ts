import { ALL_PERMISSIONS, assuranceOf } from '@chorus/shared/permissions.ts';
import { fieldsOf, hideableFields } from '@chorus/shared/subjects.ts';
import type { Context } from '../context.ts';

/** The catalogue as far as tenants can hand it out. */
export function permissionCatalogue(ctx: Context) {
  ctx.require('roles.read');
  return ALL_PERMISSIONS.map((key) => ({
    key,
    ...assuranceOf(key),
    conditionFields: Object.keys(fieldsOf(key)),
    hideableFields: [...hideableFields(key)],
  }));
}
