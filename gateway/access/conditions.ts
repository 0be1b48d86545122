import { Kind, type DirectiveNode } from 'graphql';

export type Variables = Readonly<Record<string, unknown>>;

/** Whether `@skip` and `@include` among the directives leave their element in; variables are coerced already. */
export const applies = (directives: readonly DirectiveNode[], variables: Variables): boolean =>
  directives.every((directive) => {
    const { name } = directive;
    if (name.value === 'skip') return !isTrue(directive, variables);
    return name.value !== 'include' || isTrue(directive, variables);
  });

/** Whether directives leave their element out, or could with other variables. */
export const mayLeaveOut = (directives: readonly DirectiveNode[]): boolean =>
  directives.some((directive) => {
    const { arguments: given = [] } = directive;
    return given.some(({ value }) => value.kind === Kind.VARIABLE) || !applies([directive], {});
  });

function isTrue({ arguments: given = [] }: DirectiveNode, variables: Variables): boolean {
  const value = given.find(({ name }) => name.value === 'if')?.value;
  if (value?.kind === Kind.BOOLEAN) return value.value;
  return value?.kind === Kind.VARIABLE && variables[value.name.value] === true;
}
