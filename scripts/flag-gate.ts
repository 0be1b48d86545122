import { Kind, valueFromASTUntyped, visit, type DocumentNode } from 'graphql';

/** Flags that `@feature` names and nobody defines: what they guard would be there for nobody. */
export function undefinedFlags(document: DocumentNode, defined: readonly string[]): string[] {
  const named = new Set<string>();
  visit(document, {
    [Kind.DIRECTIVE]: ({ name, arguments: given = [] }) => {
      const flag = given.find((argument) => argument.name.value === 'flag');
      if (name.value === 'feature' && flag !== undefined) named.add(String(valueFromASTUntyped(flag.value)));
    },
  });
  return [...named].filter((flag) => !defined.includes(flag));
}
