import { parse, validate } from 'graphql';
import { Choices } from '../../gateway/access/generated/choices.ts';
import { generateOperation, type Ingredients } from '../../gateway/access/generated/operations.ts';
import { compareOperation, type Contest } from './duel.ts';
import { arena, composed, type Arena } from './executors.ts';
import type { Counts } from './kinds.ts';
import { generateGraph } from './schemas.ts';
import { numberOf, worldOf, type World } from './world.ts';

const KEYS = ['id', 'code', 'l0', 's0', 'v0'] as const;
const ODD = ['__proto__', 'constructor', 'toString', '__typename'] as const;
const INPUTS = ['in: { a: 1 }', 'in: { c: { d: 3 } }', 'in: { c: { b: B } }'] as const;
const LISTS = ['list: 3', 'list: [1, 2]', 'list: [4]', 'list: []'] as const;

const INGREDIENTS: Ingredients = {
  aliases: ['a', 'a', 'a', 'b', 'b', ...KEYS, ...ODD],
  literals: ['x: 1', 'deep: 2', 'by: B', ...INPUTS, ...LISTS],
  isCareful: false,
  isAmbiguous: true,
};

const PERCENTS = [0, 8, 25] as const;

/** How much to compare. */
export interface Amount {
  operations: number;
  operationsPerGraph: number;
  seed: number;
  progress?: (text: string) => void;
}

/** Compares generated operations on generated graphs, and returns what was different. */
export async function compareGenerated(amount: Amount, counts: Counts): Promise<string[]> {
  const { operations, operationsPerGraph, seed, progress } = amount;
  const found: string[] = [];
  for (let n = 0; counts.get('operations') < operations; n += 1) {
    const ground = groundOf(`${seed}.${n}`, counts);
    if (ground === undefined) continue;
    for (let m = 0; m < operationsPerGraph && counts.get('operations') < operations; m += 1) {
      const one = await compareOn(ground, m, counts);
      if (one !== undefined) found.push(one);
    }
    progress?.(`${counts.get('operations')} operations, ${found.length} differences`);
  }
  return found;
}

/** Compares one operation again, by the name a difference was told with. */
export async function compareAgain(name: string, counts: Counts): Promise<string | undefined> {
  const [seed, graph, operation] = name.split('.');
  const ground = groundOf(`${seed}.${graph}`, counts);
  return ground && compareOn(ground, Number(operation), counts);
}

/** A generated graph with what its subgraphs answer. */
export interface Ground {
  name: string;
  subgraphs: Readonly<Record<string, string>>;
  field: Arena;
  world: World;
}

/** Undefined when the subgraphs do not fit together. */
export function groundOf(name: string, counts: Counts): Ground | undefined {
  const graph = generateGraph(new Choices(numbers(name, 4000)));
  const supergraph = composed(graph.subgraphs);
  if (supergraph === undefined) {
    counts.add('graphs that do not compose');
    return undefined;
  }
  counts.add('supergraphs');
  const text = Object.values(graph.subgraphs).join('\n');
  for (const [kind, pattern] of FEATURES) if (pattern.test(text)) counts.add(kind);
  return { name, subgraphs: graph.subgraphs, field: arena(supergraph), world: worldOf(graph, name) };
}

const FEATURES = [
  ['graphs with @requires', /@requires/],
  ['graphs with @provides', /@provides/],
  ['graphs with @shareable', /S0.* @shareable/],
  ['graphs with @interfaceObject', /@interfaceObject \{/],
  ['graphs with non-null lists of lists', /: \[\[\w+!\]!\]!/],
] as const;

/** The operation of that number; undefined when it does not fit. */
export function contestOn({ name, field, world }: Ground, at: number): Contest | undefined {
  const operation = generateOperation(new Choices(numbers(`${name}.${at}`, 250)), field.schema, INGREDIENTS);
  if (validate(field.schema, parse(operation.text)).length > 0) return undefined;
  return { name: `${name}.${at}`, field, world, ...operation, percents: PERCENTS };
}

async function compareOn(ground: Ground, at: number, counts: Counts): Promise<string | undefined> {
  const contest = contestOn(ground, at);
  if (contest !== undefined) return compareOperation(contest, counts);
  counts.add('operations that do not fit');
  return undefined;
}

/** Choices that are the same for the same name. */
const numbers = (name: string, count: number): number[] =>
  Array.from({ length: count }, (_, at) => numberOf(`${name} ${at}`) % 10_000);
