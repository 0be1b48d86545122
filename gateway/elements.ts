import { Kind, type ConstDirectiveNode, type DefinitionNode, type DocumentNode } from 'graphql';

type Visit = (coordinate: string, directives: readonly ConstDirectiveNode[]) => void;

/** Visits every element of a schema that can carry a directive: types, fields, arguments, input fields, enum values. */
export function forEachElement({ definitions }: DocumentNode, visit: Visit): void {
  for (const node of definitions) visitDefinition(node, visit);
}

function visitDefinition(node: DefinitionNode, visit: Visit): void {
  if (node.kind === Kind.DIRECTIVE_DEFINITION || node.kind === Kind.OPERATION_DEFINITION) return;
  if (!('name' in node) || node.name === undefined || node.kind === Kind.FRAGMENT_DEFINITION) return;
  const type = node.name.value;
  visit(type, node.directives ?? []);
  if ('values' in node)
    for (const value of node.values ?? []) visit(`${type}.${value.name.value}`, value.directives ?? []);
  if (!('fields' in node)) return;
  for (const field of node.fields ?? []) {
    const coordinate = `${type}.${field.name.value}`;
    visit(coordinate, field.directives ?? []);
    if (field.kind !== Kind.FIELD_DEFINITION) continue;
    for (const argument of field.arguments ?? [])
      visit(`${coordinate}(${argument.name.value})`, argument.directives ?? []);
  }
}
