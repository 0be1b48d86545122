import { parseDeprecation, type Deprecation } from '@chorus/shared/deprecation.ts';
import {
  getNamedType,
  isInputObjectType,
  Kind,
  TypeInfo,
  visit,
  visitWithTypeInfo,
  type ASTNode,
  type FragmentDefinitionNode,
} from 'graphql';
import type { PreparedOperation } from '../request.ts';

/**
 * The dates of every deprecated field, argument, input field and enum value an operation names, its fragments
 * included. What comes in variables is not looked at, so that one text always has one answer.
 */
export function deprecationsIn({ operation, document, schema }: PreparedOperation): Deprecation[] {
  const fragments = new Map<string, FragmentDefinitionNode>();
  for (const node of document.definitions)
    if (node.kind === Kind.FRAGMENT_DEFINITION) fragments.set(node.name.value, node);
  const types = new TypeInfo(schema);
  const found: Deprecation[] = [];
  const note = (element: { deprecationReason?: string | null | undefined } | null | undefined) => {
    const dates = parseDeprecation(element?.deprecationReason);
    if (dates !== undefined) found.push(dates);
  };
  // A set goes on to what is added to it meanwhile: each fragment that is reached is looked at once.
  const roots = new Set<ASTNode>([operation]);
  const visitor = visitWithTypeInfo(types, {
    Field: () => note(types.getFieldDef()),
    Argument: () => note(types.getArgument()),
    EnumValue: () => note(types.getEnumValue()),
    ObjectField: ({ name }) => {
      const parent = getNamedType(types.getParentInputType());
      if (isInputObjectType(parent)) note(parent.getFields()[name.value]);
    },
    FragmentSpread: ({ name }) => {
      const fragment = fragments.get(name.value);
      if (fragment !== undefined) roots.add(fragment);
    },
  });
  for (const root of roots) visit(root, visitor);
  return found;
}
