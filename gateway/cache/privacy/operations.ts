import type { Chance } from './chance.ts';
import { FIELDS, isLeaf, type Field } from './graph.ts';

/** A field as an operation asks for it. */
export interface Asked {
  response: string;
  field: Field;
  /** By name. */
  args: ReadonlyMap<string, Argument>;
  /** The variable of `@include`, if there is one. */
  included: string | undefined;
  /** By the type of the object. */
  below: ReadonlyMap<string, readonly Asked[]>;
}

/** As it is written: a value, or a variable. */
type Argument = { value: unknown } | { variable: string };

type Variables = Readonly<Record<string, unknown>>;

export interface Operation {
  text: string;
  root: readonly Asked[];
  /** The types of its variables. */
  variables: ReadonlyMap<string, string>;
}

const ALIASES = ['a', 'b', 'motto', 'live', 'name', 'note'];
const DEEPEST = 3;
const VALUES: Readonly<Record<string, readonly unknown[]>> = {
  first: [1, 2],
  code: ['c1', 'c2'],
  id: ['1', '2'],
};
const WORDS = ['Ann', '","'];

const isRequired = (type: string): boolean => type.endsWith('!');

/** Values an argument can have; undefined is not to give it. */
function valuesOf(name: string, type: string): readonly unknown[] {
  const known = VALUES[name] ?? WORDS;
  if (isRequired(type)) return known;
  return name in VALUES ? [...known, undefined] : [...known, undefined, null];
}

/** Values for the variables of an operation. */
export function variablesFor({ variables }: Operation, chance: Chance): Variables {
  const given = [...variables].map(([name, type]) => {
    if (type === 'Boolean!') return [name, chance.percent(50)] as const;
    return [name, chance.pick(valuesOf(name.replace(/\d+$/, ''), type))] as const;
  });
  return Object.fromEntries(given.filter(([, value]) => value !== undefined));
}

/** The arguments as a subgraph sees them, in the order in which the schema has them. */
export function argsOf({ field, args }: Asked, variables: Variables): Record<string, unknown> {
  const seen = [...field.args].map(([name, { byDefault }]) => {
    const given = args.get(name);
    const value = given && ('variable' in given ? variables[given.variable] : given.value);
    return [name, value === undefined ? byDefault : value] as const;
  });
  return Object.fromEntries(seen.filter(([, value]) => value !== undefined));
}

/** An operation over fields of the root. */
export function generateQuery(chance: Chance): Operation {
  const variables = new Map<string, string>();
  const isWhole = chance.percent(50);
  const root = selection('Query', { chance, variables, isWhole }, 0);
  return written('query', root, variables);
}

/** A mutation that changes what the keys name, and tells of the tags. */
export function generateMutation(chance: Chance): Operation {
  const variables = new Map([
    ['keys', '[String!]!'],
    ['tags', '[String!]'],
  ]);
  const [write, at, item] = ['write', 'at', 'item'].map((name) =>
    ['Mutation', 'Written'].flatMap((on) => FIELDS.get(on) ?? []).find((field) => field.name === name),
  ) as [Field, Field, Field];
  const making = { chance, variables, isWhole: false };
  const below = [plain(at), asked(item, 'item', making, 1)];
  const args = new Map([...write.args.keys()].map((name) => [name, { variable: name }]));
  const root = [{ ...plain(write), args, below: new Map([['Written', below]]) }];
  return written('mutation', root, variables);
}

const plain = (field: Field): Asked => ({
  response: field.name,
  field,
  args: new Map(),
  included: undefined,
  below: new Map(),
});

interface Making {
  chance: Chance;
  variables: Map<string, string>;
  /** Whether the answer can be kept as a whole: every field is, for everybody who asks, whatever the variables are. */
  isWhole: boolean;
}

function selection(on: string, making: Making, depth: number, used = new Set<string>()): Asked[] {
  const { chance, isWhole } = making;
  const fields = (FIELDS.get(on) ?? []).filter(
    (field) =>
      (!isWhole || (field.lasts && (field.need === undefined || chance.percent(5)))) &&
      (depth < DEEPEST || isLeaf(field)),
  );
  return Array.from({ length: 1 + chance.below(depth === 0 ? 3 : 2) }, () => {
    // What leads to other objects is rarer than what does not, and more goes wrong there.
    const leading = chance.percent(30) ? fields.filter((one) => !isLeaf(one)) : [];
    const field = chance.pick(leading.length === 0 ? fields : leading);
    // Whoever lacks that flag is answered nothing at all.
    const found = field.name === 'hidden' && chance.percent(70) ? (fields[0] ?? field) : field;
    return asked(found, nameFor(found, used, chance), making, depth);
  });
}

/** A name that nothing beside it has; often the name of another field. */
function nameFor({ name }: Field, used: Set<string>, chance: Chance): string {
  const wanted = chance.percent(25) ? chance.pick(ALIASES) : name;
  const response = used.has(wanted) ? `x${used.size}` : wanted;
  used.add(response);
  return response;
}

function asked(field: Field, response: string, making: Making, depth: number): Asked {
  const { chance, variables, isWhole } = making;
  const variable = (name: string, type: string): string => {
    const called = `${name}${variables.size}`;
    variables.set(called, type);
    return called;
  };
  const args = new Map<string, Argument>();
  for (const [name, { type }] of field.args) {
    const value = chance.pick(valuesOf(name, type));
    if (chance.percent(40)) args.set(name, { variable: variable(name, type) });
    else if (value !== undefined) args.set(name, { value });
  }
  const included = !isWhole && chance.percent(6) ? variable('if', 'Boolean!') : undefined;
  const types = isLeaf(field) ? [] : field.type === 'Hit' ? ['Item', 'Page'] : [field.type];
  const used = new Set<string>();
  const below = types.map((type) => [type, selection(type, making, depth + 1, used)] as const);
  return { response, field, args, included, below: new Map(below) };
}

function written(kind: string, root: readonly Asked[], variables: ReadonlyMap<string, string>): Operation {
  const definitions = [...variables].map(([name, type]) => `$${name}: ${type}`).join(' ');
  const head = definitions === '' ? kind : `${kind} (${definitions})`;
  return { text: `${head} { ${root.map(textOf).join(' ')} }`, root, variables };
}

function textOf({ response, field, args, included, below }: Asked): string {
  const given = [...args].map(([name, one]) =>
    'variable' in one ? `${name}: $${one.variable}` : `${name}: ${JSON.stringify(one.value)}`,
  );
  const parts = [
    response === field.name ? response : `${response}: ${field.name}`,
    given.length === 0 ? '' : `(${given.join(' ')})`,
    included === undefined ? '' : ` @include(if: $${included})`,
    below.size === 0 ? '' : ` { ${[...below].map((one) => objectText(one, below.size > 1)).join(' ')} }`,
  ];
  return parts.join('');
}

function objectText([type, fields]: readonly [string, readonly Asked[]], isOneOfSeveral: boolean): string {
  // The names of keys are asked for where every subgraph has them.
  const all = [...(type === 'Item' ? ['id'] : []), ...fields.map(textOf)].join(' ');
  return isOneOfSeveral ? `__typename ... on ${type} { ${all} }` : all;
}
