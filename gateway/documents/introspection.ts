import { BREAK, Kind, visit, type DocumentNode, type OperationDefinitionNode } from 'graphql';

/** Whether an operation, fragments included, asks for `__schema` or `__type`. */
export function introspects(operation: OperationDefinitionNode, document: DocumentNode): boolean {
  const fragments = document.definitions.filter((node) => node.kind === Kind.FRAGMENT_DEFINITION);
  let found = false;
  for (const node of [operation, ...fragments]) {
    visit(node, {
      Field: ({ name }) => {
        if (name.value !== '__schema' && name.value !== '__type') return undefined;
        found = true;
        return BREAK;
      },
    });
  }
  return found;
}
