import { allRowsAllowed, rowDecisions, type Ability } from '@chorus/shared/ability.ts';
import type { Condition } from '@chorus/shared/conditions.ts';

/**
 * The trackers whose rollups count nothing but mentions the caller may read. A rollup knows its tracker and nothing
 * else of its mentions, so rules that ask for more, or take something away, leave it `unanswerable`. Callers without
 * rules about mentions read `all`: rollups are then a permission of their own.
 */
export function readableTrackers(
  ability: Ability,
  tenantId: string,
): ReadonlySet<string> | 'all' | 'unanswerable' {
  const rules = rowDecisions(ability, 'mentions.read');
  if (rules.length === 0 || allRowsAllowed(ability, 'mentions.read', tenantId)) return 'all';
  const trackers = rules.map(({ allow, where }) => (allow && where ? trackersIn(where) : undefined));
  return trackers.every((some) => some !== undefined) ? union(trackers) : 'unanswerable';
}

/** The trackers all of whose mentions fulfil the condition; undefined when trackers alone do not tell. */
function trackersIn(condition: Condition): ReadonlySet<string> | undefined {
  if (condition.op === 'and' || condition.op === 'or') {
    const parts = condition.of.map(trackersIn);
    if (!parts.every((part) => part !== undefined)) return undefined;
    return condition.op === 'or' ? union(parts) : parts.reduce((left, right) => intersection(left, right));
  }
  if ((condition.op !== 'eq' && condition.op !== 'in') || condition.field !== 'trackerIds') return undefined;
  const values = condition.op === 'in' ? condition.value : [condition.value];
  return values.every((value) => typeof value === 'string') ? new Set(values) : undefined;
}

const union = (sets: readonly ReadonlySet<string>[]): ReadonlySet<string> =>
  new Set(sets.flatMap((set) => [...set]));

const intersection = (left: ReadonlySet<string>, right: ReadonlySet<string>): ReadonlySet<string> =>
  new Set([...left].filter((one) => right.has(one)));
