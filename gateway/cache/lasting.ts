import type { Failed } from './failed.ts';
import type { KeptField } from './kept-field.ts';
import { MISSING, type Looked } from './look-up.ts';

/**
 * Of one object the fields that stay what they were, because asking for newer values failed. An entity that is to be had
 * neither in full nor anew has none.
 */
export function lastingIn(
  { fields, values, isComplete }: Looked,
  position: number,
  failed: Failed,
  isEntity: boolean,
): ReadonlySet<string> {
  const isWhole = failed === 'all' || failed.has(`${position}`);
  if (isWhole && isEntity && !isComplete) return NONE;
  const hasFailed = ({ response }: KeptField) => isWhole || failed.has(`${position}.${response}`);
  const isTorn = fields.some((field) => field.feeds && hasFailed(field));
  const left = fields.filter(
    (field, at) => values[at] !== MISSING && (hasFailed(field) || (isTorn && field.feeds)),
  );
  return new Set(left.map(({ response }) => response));
}

const NONE: ReadonlySet<string> = new Set();
