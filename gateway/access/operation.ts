import type { DocumentNode, OperationDefinitionNode } from 'graphql';
import type { Rights } from '../caller.ts';
import { annotate } from './annotate.ts';
import type { Decide } from './decide.ts';
import { failingOf, type Failing } from './failing.ts';
import { variableDemands, type VariableDemands } from './inputs.ts';
import type { AccessRules } from './rules.ts';
import { fieldsIn, type Entry, type FieldEntry, type SelectionTree } from './tree.ts';

/** What access has to know of an operation, computed once and good for every caller. */
export interface OperationAccess {
  tree: SelectionTree;
  /** Numbers of everything it demands, in order of their weight for explanations. */
  demands: readonly number[];
  inputs: VariableDemands | undefined;
  /** Flags that decide about it. */
  flags: readonly string[];
  /** A response name that the operation does not use, for asking objects their type. */
  typename: string;
  /** Bytes it takes in memory, roughly. */
  size: number;
}

/** A selection with what is noted about it, as measured. */
const BYTES_A_FIELD = 500;

/** Annotates an operation that fits its schema. */
export function operationAccess(
  operation: OperationDefinitionNode,
  document: DocumentNode,
  rules: AccessRules,
): OperationAccess {
  const tree = annotate(operation, document, rules);
  const names = new Set<string>();
  const demands = new Set<number>();
  let fields = 0;
  for (const entry of fieldsIn(tree)) {
    names.add(entry.name);
    fields += 1;
    for (const number of demandsOf(entry)) demands.add(number);
  }
  for (const number of hiddenIn(tree)) demands.add(number);
  let typename = '_type';
  while (names.has(typename)) typename = `_${typename}`;
  return {
    tree,
    demands: byWeight([...demands], rules),
    inputs: variableDemands(operation, rules),
    flags: flagsIn([...demands], rules),
    typename,
    size: BYTES_A_FIELD * (1 + fields),
  };
}

const demandsOf = ({ demands, names, values }: FieldEntry): number[] => [
  ...demands,
  ...[...names.values(), ...values.values()].flat(),
];

const flagsIn = (numbers: readonly number[], { demands }: Pick<AccessRules, 'demands'>): string[] => [
  ...new Set(
    numbers.flatMap((number) => {
      const demand = demands[number];
      return demand?.kind === 'feature' ? demand.flag : [];
    }),
  ),
];

function hiddenIn(tree: SelectionTree): number[] {
  const below = tree.entries.flatMap((entry: Entry) =>
    entry.below === undefined ? [] : hiddenIn(entry.below),
  );
  return [...[...tree.hidden.values()].flat(), ...below];
}

/** What nobody can help comes first: a second factor is only worth asking for when it is all that is missing. */
const WEIGHTS = { authenticated: 0, scopes: 1, policies: 2, feature: 3, mfa: 4 } as const;

/** Of second factors the one that must be freshest comes first, since it is good for the others. */
function byWeight(numbers: number[], { demands }: Pick<AccessRules, 'demands'>): number[] {
  const weight = (number: number) => WEIGHTS[demands[number]?.kind ?? 'authenticated'];
  const age = (number: number) => {
    const demand = demands[number];
    return demand?.kind === 'mfa' ? (demand.maxAge ?? Infinity) : 0;
  };
  return numbers.toSorted((a, b) => weight(a) - weight(b) || age(a) - age(b) || a - b);
}

/** What one caller fails in one operation with these variables, and the key of that set. */
export interface Judged {
  failing: Failing;
  key: string;
}

/** Asks every demand of the operation once. */
export function judge(
  access: OperationAccess,
  rules: Pick<AccessRules, 'demands'>,
  decide: Decide,
  rights: Rights,
  asked: { mutation: boolean; variables: Readonly<Record<string, unknown>> },
): Judged {
  const failed = access.demands.filter((number) => !decide(number, rights));
  const inputs = new Map<string, number>();
  for (const [variable, demands] of access.inputs?.(asked.variables) ?? []) {
    const [worst] = byWeight(
      demands.filter((number) => !decide(number, rights)),
      rules,
    );
    if (worst !== undefined) inputs.set(variable, worst);
  }
  const order = inputs.size === 0 ? failed : byWeight([...new Set([...failed, ...inputs.values()])], rules);
  const key = `${failed.join(',')}${[...inputs].map(([name, number]) => ` $${name}:${number}`).join('')}`;
  return { failing: failingOf(order, inputs, asked.mutation), key };
}
