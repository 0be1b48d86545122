import type { GraphQLSchema } from 'graphql';
import type { Rights } from '../caller.ts';
import type { Decide } from './decide.ts';
import type { AccessRules } from './rules.ts';
import { views, type Views } from './views.ts';

/** A schema as one caller sees it. */
export interface SeenSchema {
  /** What exists for the caller; operations are judged by it. */
  valid: GraphQLSchema;
  /** What the caller may use, at most after a step-up; it answers questions about the schema. */
  usable: () => GraphQLSchema;
}

/** Takes from a schema what its callers lack; callers who lack the same see the same. */
export function seeing(
  { demands, guarded }: AccessRules,
  decide: Decide,
): (schema: GraphQLSchema, rights: Rights) => SeenSchema {
  const known = new WeakMap<GraphQLSchema, Views>();
  const hiding: number[] = [];
  const lasting: number[] = [];
  for (const [number, demand] of demands.entries()) {
    if (demand.kind === 'feature' && demand.mode === 'hide') hiding.push(number);
    if (demand.kind !== 'mfa') lasting.push(number);
  }
  return (schema, rights) => {
    let made = known.get(schema);
    if (made === undefined) known.set(schema, (made = views(schema, guarded)));
    const { schemaWithout } = made;
    const lacking = (numbers: readonly number[]) => numbers.filter((number) => !decide(number, rights));
    return { valid: schemaWithout(lacking(hiding)), usable: () => schemaWithout(lacking(lasting)) };
  };
}
