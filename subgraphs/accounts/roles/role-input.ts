import { packedRulesOf } from '@chorus/shared/ability.ts';
import { AppError } from '@chorus/shared/errors.ts';
import { parseGrant, type Grant } from '@chorus/shared/grants.ts';
import { checkedName } from '../names.ts';
import type { RoleRow } from './roles.table.ts';

const MAX_DESCRIPTION = 500;
const MAX_GRANTS = 100;
/** Stands for the holder while the size of the rules is tried. */
const NOBODY = '00000000-0000-7000-8000-000000000000';

/** A role as it was sent; nothing about its grants is known yet. */
export interface RoleInput {
  name: string;
  description: string;
  grants: readonly unknown[];
}

/** A role as it will be stored, or the sentence that says why it cannot be. */
export function checkedRole(input: RoleInput): Omit<RoleRow, 'id'> | { invalid: string } {
  const name = checkedName(input.name);
  if (typeof name !== 'string') return name;
  const description = input.description.trim();
  if (description.length > MAX_DESCRIPTION || !description.isWellFormed() || description.includes('\0'))
    return { invalid: `The description must have at most ${MAX_DESCRIPTION} characters.` };
  if (input.grants.length > MAX_GRANTS) return { invalid: `A role has at most ${MAX_GRANTS} grants.` };
  const grants: Grant[] = [];
  for (const [index, grant] of input.grants.entries()) {
    const checked = unlessInvalid(() => parseGrant(grant));
    if ('invalid' in checked) return { invalid: `Grant ${index + 1}: ${checked.invalid}` };
    grants.push(checked);
  }
  const packed = unlessInvalid(() => packedRulesOf(NOBODY, grants, { subject: NOBODY, owner: NOBODY }));
  return 'invalid' in packed ? packed : { name, description, grants };
}

function unlessInvalid<T extends object>(work: () => T): T | { invalid: string } {
  try {
    return work();
  } catch (error) {
    if (error instanceof AppError && error.code === 'BAD_USER_INPUT') return { invalid: error.message };
    throw error;
  }
}
