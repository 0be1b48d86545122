const MOST_DEPTH = 4;
const MOST_PARTS = 40;
const MOST_VALUES = 100;
const LONGEST_VALUE = 64;

/** Why a rule cannot ask so; undefined when it can. */
export function targetingProblem(when: unknown, attributes: ReadonlySet<string>): string | undefined {
  let parts = 0;
  const problem = (part: unknown, depth: number): string | undefined => {
    parts += 1;
    if (depth > MOST_DEPTH) return `conditions are nested more than ${MOST_DEPTH} deep.`;
    if (parts > MOST_PARTS) return `there are more than ${MOST_PARTS} conditions.`;
    const [entry, ...more] = typeof part === 'object' && part !== null ? Object.entries(part) : [];
    if (entry === undefined || more.length > 0 || Array.isArray(part))
      return 'a condition says one thing: an attribute, "all", "any" or "not".';
    const [name, of] = entry as [string, unknown];
    if (name === 'not') return problem(of, depth + 1);
    if (name === 'all' || name === 'any') {
      if (!Array.isArray(of) || of.length === 0) return `"${name}" needs a list of conditions.`;
      for (const inner of of) {
        const found = problem(inner, depth + 1);
        if (found !== undefined) return found;
      }
      return undefined;
    }
    if (!attributes.has(name)) return `callers have no "${name.slice(0, 40)}".`;
    return isListOfValues(of) ? undefined : `"${name}" needs from 1 to ${MOST_VALUES} short values.`;
  };
  return problem(when, 1);
}

const isListOfValues = (values: unknown): boolean =>
  Array.isArray(values) &&
  values.length > 0 &&
  values.length <= MOST_VALUES &&
  values.every((value) => typeof value === 'string' && value !== '' && value.length <= LONGEST_VALUE);
