import { isAbstractType, isInterfaceType, isObjectType, type GraphQLSchema } from 'graphql';
import type { FetchDataRewrite } from '@apollo/query-planner';
import { isData, own, put, type Data } from '../data.ts';

/** Begins a step of a rewrite's path that is a type condition. */
export const FRAGMENT = '... on ';

/** Changes a value of our own as the planner says: names it made up become those that were asked for, and so on. */
export function rewrite(schema: GraphQLSchema, rewrites: readonly FetchDataRewrite[], value: unknown): void {
  for (const one of rewrites) {
    const name = one.path.at(-1);
    if (name !== undefined)
      atPath(schema, one.path.slice(0, -1), value, (object) => apply(one, name, object));
  }
}

function apply(one: FetchDataRewrite, name: string, object: Data): void {
  if (one.kind === 'ValueSetter') return put(object, name, one.setValueTo);
  const value = own(object, name);
  if (value === undefined) return;
  put(object, one.renameKeyTo, value);
  delete object[name];
}

function atPath(
  schema: GraphQLSchema,
  path: readonly string[],
  value: unknown,
  change: (object: Data) => void,
): void {
  if (Array.isArray(value)) {
    for (const item of value) atPath(schema, path, item, change);
    return;
  }
  if (!isData(value)) return;
  const [step, ...rest] = path;
  if (step === undefined) return change(value);
  if (!step.startsWith(FRAGMENT)) return atPath(schema, rest, own(value, step), change);
  // An object that does not tell its type is taken for what was asked for.
  const type = own(value, '__typename');
  if (typeof type !== 'string' || isOfType(schema, type, step.slice(FRAGMENT.length)))
    atPath(schema, rest, value, change);
}

/** Whether a type is another one or one of its kinds. */
export function isOfType(schema: GraphQLSchema, name: string, condition: string): boolean {
  if (name === condition) return true;
  const type = schema.getType(name);
  const wanted = schema.getType(condition);
  return (
    isAbstractType(wanted) && (isObjectType(type) || isInterfaceType(type)) && schema.isSubType(wanted, type)
  );
}
