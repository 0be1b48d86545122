import {
  isEnumType,
  isInputObjectType,
  isListType,
  isNonNullType,
  isRequiredInputField,
  type GraphQLInputType,
} from 'graphql';
import type { Gone } from './coordinates.ts';

/**
 * A default value as a smaller schema may show it: input fields that are gone are left out. Undefined when something
 * that is gone cannot be left out; whoever omits the argument gets the value all the same.
 */
export function defaultWithout(value: unknown, type: GraphQLInputType, gone: Gone): unknown {
  if (isNonNullType(type)) return defaultWithout(value, type.ofType, gone);
  if (value === undefined || value === null) return value;
  if (isListType(type)) return Array.isArray(value) ? listWithout(value, type.ofType, gone) : undefined;
  if (gone.has(type.name)) return undefined;
  if (isEnumType(type)) {
    const shown = type.getValues().find((candidate) => candidate.value === value);
    return shown === undefined || gone.has(`${type.name}.${shown.name}`) ? undefined : value;
  }
  if (!isInputObjectType(type)) return value;
  const fields = type.getFields();
  const kept: [string, unknown][] = [];
  for (const [name, inner] of Object.entries(value)) {
    const field = fields[name];
    if (field === undefined || gone.has(`${type.name}.${name}`)) continue;
    const shown = defaultWithout(inner, field.type, gone);
    if (shown !== undefined) kept.push([name, shown]);
    else if (isRequiredInputField(field)) return undefined;
  }
  return Object.fromEntries(kept);
}

function listWithout(items: readonly unknown[], type: GraphQLInputType, gone: Gone): unknown {
  const shown = items.map((item) => defaultWithout(item, type, gone));
  return shown.includes(undefined) ? undefined : shown;
}
