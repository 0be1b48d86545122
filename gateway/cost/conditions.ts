import { Kind, type DirectiveNode } from 'graphql';
import type { Read } from './terms.ts';

/** A variable of `@skip` or `@include`, with the value that leaves the selection out. */
export interface Condition {
  variable: string;
  absent: boolean;
}

const ALWAYS: readonly Condition[] = [];

/** When a selection is there; undefined for never. */
export function conditionsOf(directives: readonly DirectiveNode[] = []): readonly Condition[] | undefined {
  if (directives.length === 0) return ALWAYS;
  const conditions: Condition[] = [];
  for (const { name, arguments: given = [] } of directives) {
    const absent = name.value === 'skip' ? true : name.value === 'include' ? false : undefined;
    const value = given.find((argument) => argument.name.value === 'if')?.value;
    if (absent === undefined || value === undefined) continue;
    if (value.kind === Kind.VARIABLE) conditions.push({ variable: value.name.value, absent });
    if (value.kind === Kind.BOOLEAN && value.value === absent) return undefined;
  }
  return conditions;
}

export const holds = (conditions: readonly Condition[], read: Read): boolean =>
  conditions.every(({ variable, absent }) => read(variable) !== absent);
