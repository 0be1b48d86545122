import type { FlagDefinition } from '@chorus/shared/flags/definition.ts';

const MOST_FLAGS = 200;
/** What a signed identity has room for besides rules, which may take 10,000 of its 12,288 bytes. */
const MOST_TOLD_BYTES = 1_200;

/** Why there is no room for a flag among the others; undefined when there is. */
export function roomProblem(
  all: readonly { key: string; definition: FlagDefinition }[],
  wanted: FlagDefinition,
): string | undefined {
  const others = all.filter(({ key }) => key !== wanted.key).map(({ definition }) => definition);
  if (others.length >= MOST_FLAGS) return `There are at most ${MOST_FLAGS} flags.`;
  const told = [...others, wanted].filter((definition) => definition.told);
  const bytes = told.reduce((sum, definition) => sum + mostToldBytes(definition), 0);
  return wanted.told && bytes > MOST_TOLD_BYTES
    ? 'Subgraphs are told of too many flags already; one that no subgraph looks at need not be told.'
    : undefined;
}

/** The key in the list of those that are on, and the longest variant where the value alone does not tell it. */
function mostToldBytes({ key, kind, variants }: FlagDefinition): number {
  const longest = Math.max(...Object.keys(variants).map((name) => name.length));
  return key.length + 3 + (kind === 'boolean' ? 0 : key.length + longest + 6);
}
