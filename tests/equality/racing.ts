import type { FetchNode, PlanNode, QueryPlan } from '@apollo/query-planner';
import { Kind, parse, print, type SelectionSetNode } from 'graphql';

/**
 * Whether two fetches of a plan write different fields under one name at one place. The planner does so when a client gives one
 * name to fields of two types and a subgraph knows both as one; then the later answer wins, with a cache or without.
 */
export function isRacing({ node }: QueryPlan): boolean {
  const written = new Map<string, { field: string; by: FetchNode }>();
  let found = false;
  const write = (set: SelectionSetNode, place: string, by: FetchNode): void => {
    for (const selection of set.selections) {
      if (selection.kind === Kind.FRAGMENT_SPREAD) continue;
      if (selection.kind === Kind.INLINE_FRAGMENT || selection.name.value === '_entities') {
        if (selection.selectionSet !== undefined) write(selection.selectionSet, place, by);
        continue;
      }
      const here = `${place}.${(selection.alias ?? selection.name).value}`;
      const { alias: _, selectionSet: _below, ...asked } = selection;
      const field = print(asked);
      const before = written.get(here);
      if (before === undefined) written.set(here, { field, by });
      else found ||= before.by !== by && before.field !== field;
      if (selection.selectionSet !== undefined) write(selection.selectionSet, here, by);
    }
  };
  forEachFetch(node, [], (fetch, path) => {
    for (const definition of parse(fetch.operation).definitions)
      if ('selectionSet' in definition) write(definition.selectionSet, path.join('.'), fetch);
  });
  return found;
}

type Visit = (fetch: FetchNode, path: readonly string[]) => void;

function forEachFetch(node: QueryPlan['node'], path: readonly string[], visit: Visit): void {
  const within = (inner: PlanNode | undefined) => forEachFetch(inner, path, visit);
  switch (node?.kind) {
    case 'Fetch':
      visit(node, path);
      return;
    case 'Flatten':
      forEachFetch(node.node, [...path, ...node.path.filter((step) => step !== '@').map(String)], visit);
      return;
    case 'Sequence':
    case 'Parallel':
      node.nodes.forEach(within);
      return;
    case 'Condition':
      within(node.ifClause);
      within(node.elseClause);
      return;
    case 'Defer':
    case 'Subscription':
    case undefined:
      return;
  }
}
