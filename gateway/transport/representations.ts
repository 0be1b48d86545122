import type { SubgraphError } from './answer.ts';

/** Entity representations without repetitions, and how to give every asker its answer again. */
export interface Representations {
  variables: Record<string, unknown>;
  /** All representations in the order they were asked for; undefined for root fetches. */
  all: readonly Record<string, unknown>[] | undefined;
  /** How many were really sent. */
  sent: number;
  expandEntities: (entities: readonly unknown[]) => unknown[];
  expandErrors: (errors: readonly SubgraphError[]) => SubgraphError[];
}

/** Takes repeated representations out of a fetch's variables. */
export function uniqueRepresentations(variables: Readonly<Record<string, unknown>>): Representations {
  const all = variables['representations'] as Record<string, unknown>[] | undefined;
  if (!Array.isArray(all)) return { ...untouched(variables), all: undefined, sent: 0 };
  const unique = new Map<string, number>();
  const list: unknown[] = [];
  const positions = all.map((representation) => {
    const text = JSON.stringify(representation);
    let position = unique.get(text);
    if (position === undefined) {
      position = list.push(representation) - 1;
      unique.set(text, position);
    }
    return position;
  });
  if (list.length === all.length) return { ...untouched(variables), all, sent: all.length };
  return {
    variables: { ...variables, representations: list },
    all,
    sent: list.length,
    expandEntities: (entities) => expandEntities(entities, positions),
    expandErrors: (errors) => errors.flatMap((error) => expandError(error, positions)),
  };
}

const untouched = (variables: Readonly<Record<string, unknown>>) => ({
  variables: { ...variables },
  expandEntities: (entities: readonly unknown[]) => [...entities],
  expandErrors: (errors: readonly SubgraphError[]) => [...errors],
});

/** Repetitions get copies, because later fetches write into what each place holds. */
function expandEntities(entities: readonly unknown[], positions: readonly number[]): unknown[] {
  const given = new Set<number>();
  return positions.map((position) => {
    const entity = entities[position];
    if (!given.has(position)) {
      given.add(position);
      return entity;
    }
    return structuredClone(entity);
  });
}

function expandError(error: SubgraphError, positions: readonly number[]): SubgraphError[] {
  const [root, position, ...rest] = error.path ?? [];
  if (root !== '_entities' || typeof position !== 'number') return [error];
  // About something that was not asked for.
  if (!positions.includes(position)) return [{ ...error, path: [root] }];
  return positions.flatMap((of, index) =>
    of === position ? [{ ...error, path: ['_entities', index, ...rest] }] : [],
  );
}
