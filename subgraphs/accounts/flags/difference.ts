/** One place in which two values differ; undefined where nothing stands. */
export interface Difference {
  path: string;
  before: unknown;
  after: unknown;
}

/** The smallest places that differ, by path. */
export function differences(before: unknown, after: unknown, path = ''): Difference[] {
  const [left, right] = [partsOf(before), partsOf(after)];
  if (left === undefined || right === undefined)
    return JSON.stringify(before) === JSON.stringify(after) ? [] : [{ path, before, after }];
  const names = [...new Set([...Object.keys(left), ...Object.keys(right)])];
  return names.flatMap((name) =>
    differences(left[name], right[name], path === '' ? name : `${path}.${name}`),
  );
}

const partsOf = (value: unknown): Record<string, unknown> | undefined =>
  typeof value === 'object' && value !== null ? { ...value } : undefined;
