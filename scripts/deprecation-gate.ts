import {
  DEPRECATION_FORM,
  givesNotice,
  NOTICE_DAYS,
  parseDeprecation,
  type Deprecation,
} from '@chorus/shared/deprecation.ts';
import {
  getDirectiveValues,
  GraphQLDeprecatedDirective,
  visit,
  type DirectiveNode,
  type DocumentNode,
} from 'graphql';
import { coordinateOf } from './directive-names.ts';

/** The dates a definition gives in its `@deprecated`. */
export const deprecationOf = (node: { directives?: readonly DirectiveNode[] }): Deprecation | undefined =>
  parseDeprecation(getDirectiveValues(GraphQLDeprecatedDirective, node)?.['reason']);

/** The `@deprecated`s of a subgraph that do not tell clients from when and until when, or give them too little time. */
export function deprecationProblems({ name, typeDefs }: { name: string; typeDefs: DocumentNode }): string[] {
  const found: string[] = [];
  visit(typeDefs, {
    Directive(node, _key, _parent, _path, ancestors) {
      if (node.name.value !== GraphQLDeprecatedDirective.name) return;
      const dates = deprecationOf({ directives: [node] });
      const say = (what: string) =>
        found.push(`${name}: ${coordinateOf(ancestors)} is deprecated and must ${what}.`);
      if (dates === undefined) say(`end its reason with "${DEPRECATION_FORM}"`);
      else if (!givesNotice(dates)) say(`stay for ${NOTICE_DAYS} days`);
    },
  });
  return found;
}
