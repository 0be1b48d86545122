import type { Condition } from './conditions.ts';
import type { Grant } from './grants.ts';

/**
 * What both lists of grants allow: whoever acts for somebody else never exceeds either. Each allow of one side is
 * narrowed by each of the other; the denies of both stay. Conditions must be bound already.
 */
export function intersection(left: readonly Grant[], right: readonly Grant[]): Grant[] {
  const allowed = left
    .filter(isAllow)
    .flatMap((one) =>
      right
        .filter((other) => isAllow(other) && other.permission === one.permission)
        .flatMap((other) => both(one, other)),
    );
  return [...allowed, ...[...left, ...right].filter((grant) => !isAllow(grant))];
}

const isAllow = ({ effect }: Grant): boolean => effect === 'allow';

function both(one: Grant, other: Grant): Grant[] {
  const fields = commonFields(one.fields, other.fields);
  if (fields?.length === 0) return [];
  const conditions = [one.conditions, other.conditions].filter(
    (part): part is Condition => part !== undefined,
  );
  const [only] = conditions;
  return [
    {
      effect: 'allow',
      permission: one.permission,
      ...(only !== undefined && {
        conditions: conditions.length === 1 ? only : { op: 'and', of: conditions },
      }),
      ...(fields !== undefined && { fields }),
    },
  ];
}

/** Undefined is every field. */
const commonFields = (one: Grant['fields'], other: Grant['fields']): Grant['fields'] => {
  if (one === undefined || other === undefined) return one ?? other;
  return one.filter((field) => other.includes(field));
};
