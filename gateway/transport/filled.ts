import { Kind, parse, type SelectionSetNode } from 'graphql';
import type { Explanation } from '../explanation.ts';

/** A fetch that has been answered, well or badly. */
export interface Answered {
  subgraph: string;
  query: string;
  startedAt: number;
  /** Where its answer goes; lists are `@`. */
  path: readonly (string | number)[] | undefined;
  /** Whether a name of the root, or of the entities, was asked for and not only kept. */
  isAsked?: (name: string) => boolean;
}

/** The planner calls a field so where one name would stand for different things. */
const PLANNERS_ALIAS = /__alias_\d+$/;

/** Says of every place a fetch was for that this subgraph filled it. */
export function tellFilled(
  explanation: Explanation | undefined,
  { subgraph, query, startedAt, path = [], isAsked = () => true }: Answered,
): void {
  if (explanation === undefined) return;
  const ms = Math.round((performance.now() - startedAt) * 10) / 10;
  const names = path.filter((step) => typeof step === 'string' && step !== '@');
  for (const place of placesIn(query))
    if (isAsked(place[0] ?? '')) explanation.filled([...names, ...place].join('.'), { subgraph, ms });
}

/** Response names of every field an operation asks for; those of entities begin at the entity. */
function placesIn(query: string): string[][] {
  const { definitions } = parse(query, { noLocation: true });
  const fragments = new Map<string, SelectionSetNode>();
  for (const node of definitions)
    if (node.kind === Kind.FRAGMENT_DEFINITION) fragments.set(node.name.value, node.selectionSet);
  const places: string[][] = [];
  const collect = (set: SelectionSetNode | undefined, above: readonly string[]): void => {
    for (const node of set?.selections ?? []) {
      if (node.kind === Kind.FIELD) {
        const name = (node.alias ?? node.name).value.replace(PLANNERS_ALIAS, '');
        const isEntities = node.name.value === '_entities' && above.length === 0;
        const place = isEntities ? [] : [...above, name];
        if (!isEntities) places.push(place);
        collect(node.selectionSet, place);
      } else
        collect(
          node.kind === Kind.INLINE_FRAGMENT ? node.selectionSet : fragments.get(node.name.value),
          above,
        );
    }
  };
  for (const node of definitions) if (node.kind === Kind.OPERATION_DEFINITION) collect(node.selectionSet, []);
  return places;
}
