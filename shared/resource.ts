import type { Values } from './condition-match.ts';
import { valueOf } from './conditions.ts';
import { AppError } from './errors.ts';
import type { Permission } from './permissions.ts';
import { fieldsOf, kindOf, type Kind } from './subjects.ts';

const MOST_VALUES = 200;

const invalid = (message: string) => new AppError('BAD_USER_INPUT', message);

/**
 * Reads a made-up row of a permission's subject, as a client describes it, into values we made ourselves.
 * @throws AppError BAD_USER_INPUT for everything but known fields with null or a value of their kind
 */
export function parseResource(permission: Permission, input: unknown): Values {
  if (typeof input !== 'object' || input === null || Array.isArray(input))
    throw invalid('resource is an object of fields.');
  const fields = fieldsOf(permission);
  const values = Object.entries(input).map(([field, value]: [string, unknown]) => {
    const kind = kindOf(fields, field);
    if (kind === undefined) throw invalid(`resource has a field that ${permission} does not know.`);
    return [field, value === null ? null : parsed(kind, field, value)] as const;
  });
  return Object.fromEntries(values);
}

function parsed(kind: Kind, field: string, value: unknown): unknown {
  const isList = kind === 'ids' || kind === 'texts';
  const parts = isList ? value : [value];
  if (!Array.isArray(parts) || parts.length > MOST_VALUES)
    throw invalid(`resource.${field} is a list of at most ${MOST_VALUES} values.`);
  const read = parts.map((part) => valueOf(kind, part));
  if (read.includes(undefined)) throw invalid(`resource.${field} has a value of another type.`);
  return isList ? read : read[0];
}
