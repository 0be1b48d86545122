import { setImmediate as turn } from 'node:timers/promises';
import { identityVerifier, type Identity } from '@chorus/shared/identity.ts';
import { keySet, type SigningKey } from '@chorus/shared/keys.ts';
import { subgraph, type TestSubgraph } from '../../testing.ts';
import type { Chance } from './chance.ts';
import { FIELDS, isLeaf, ITEMS, keysOf, keysOfValue, PAGES, placeOf, thingsAt } from './graph.ts';
import type { Field, Thing } from './graph.ts';
import type { Ledger } from './ledger.ts';
import { SCHEMAS } from './schemas.ts';
import { isOfTenant, toldOf } from './told.ts';

interface Context {
  headers: Readonly<Record<string, string>>;
  extensions: Record<string, unknown>;
}

type Args = Record<string, unknown>;
type Verify = (token: string | undefined) => Promise<Identity>;

/** Client headers that subgraphs are told. */
export const HEADERS = ['x-language', 'x-channel'] as const;

/** What subgraphs hear of a client's headers. */
export const heardOf = (headers: Readonly<Record<string, string>>): string =>
  JSON.stringify(HEADERS.map((name) => headers[name] ?? null));

export interface Answers {
  ledger: Ledger;
  /** Decides which answers are slow. */
  chance: Chance;
  /** How many values subgraphs made. */
  made: number;
}

/** Subgraphs whose every value tells for whom, for which headers and in which version it was made. */
export async function tellingSubgraphs(answers: Answers, key: SigningKey): Promise<TestSubgraph[]> {
  const start = (name: keyof typeof SCHEMAS) =>
    subgraph(name, SCHEMAS[name], resolversOf(name, answers, identityVerifier(name, keySet(key.publicJwks))));
  return Promise.all([start('shop'), start('press'), start('stock')]);
}

function resolversOf(name: keyof typeof SCHEMAS, answers: Answers, verify: Verify): object {
  const types = [...FIELDS].map(([type, fields]) => {
    const own = fields.filter(({ subgraph: its, name: called }) => its === name && !BY_HAND.has(called));
    const resolve = (field: Field) => (isLeaf(field) ? valueOf(field, answers, verify) : leadingTo(field));
    return [type, Object.fromEntries(own.map((field) => [field.name, resolve(field)]))] as const;
  });
  const resolvers = Object.fromEntries(types.filter(([, own]) => Object.keys(own).length > 0)) as Record<
    string,
    object
  >;
  const reference = referring(name, answers.ledger);
  resolvers['Page'] = { ...resolvers['Page'], __resolveReference: reference };
  if (name === 'press') return resolvers;
  resolvers['Item'] = { ...resolvers['Item'], __resolveReference: reference };
  return name === 'shop' ? { ...resolvers, Mutation: mutationsOf(answers.ledger) } : resolvers;
}

const BY_HAND = new Set(['write', 'at']);

const objectOf = (thing: Thing): object => ({ __typename: thing.type, ...thing, ...keysOf(thing) });

const leadingTo = (field: Field) => (parent: Thing | undefined, args: Args) => {
  const things = thingsAt(field, args, parent ?? { type: 'Query', key: '' }).map(objectOf);
  return field.isList ? things : things[0];
};

const valueOf =
  (field: Field, answers: Answers, verify: Verify) =>
  async (
    parent: (Thing & Args) | undefined,
    args: Args,
    { headers, extensions }: Context,
  ): Promise<string> => {
    const { ledger, chance } = answers;
    const identity = await verify(headers['chorus-identity']);
    const thing: Thing & Args = parent ?? { type: 'Query', key: '' };
    extensions['apolloCacheTags'] = [allOf(field.subgraph)];
    answers.made += 1;
    const failed = ledger.get(failing(field)) === true;
    const keys = [
      ...keysOfValue(field, thing, args),
      ...(isOfTenant(field.scope) ? [`tenant ${identity.tenantId}`] : []),
    ];
    const version = ledger.version(keys, ledger.now);
    await held(ledger, chance);
    if (failed) throw new Error('broken');
    const value = [placeOf(field, thing, args), toldOf(identity, field.scope), heardOf(headers), version];
    return value.join('|') + (field.feeding === undefined ? '' : `>${String(thing[field.feeding])}`);
  };

/** The state that says whether a field fails. */
export const failing = ({ on, name }: Field): string => `failing ${on}.${name}`;
/** The state that says whether an item does not exist. */
export const gone = (key: string): string => `gone ${key}`;
/** The tag that a subgraph gives to an entity beside its data. */
export const rowOf = ({ type, key }: Thing): string => `row-${type}-${key}`;

/** The tag that a subgraph gives to all that it answers. */
export const allOf = (subgraph: string): string => `all-of-${subgraph}`;

const MOST_TURNS = 300;

/** Some answers are slow, and often so slow that something is acknowledged meanwhile. */
async function held(ledger: Ledger, chance: Chance): Promise<void> {
  if (!chance.percent(6)) return;
  const { acknowledged } = ledger;
  const most = chance.below(MOST_TURNS);
  for (let n = 0; n < most && ledger.acknowledged === acknowledged; n += 1) await turn();
  for (let n = chance.below(40); n > 0; n -= 1) await turn();
}

const referring =
  (name: keyof typeof SCHEMAS, ledger: Ledger) =>
  (reference: Args & { __typename: string }, { extensions }: Context): object | null => {
    const thing = thingOf(reference);
    extensions['apolloCacheTags'] = [allOf(name)];
    ((extensions['apolloEntityCacheTags'] ??= []) as string[][]).push([rowOf(thing)]);
    const isGone = name === 'stock' && thing.type === 'Item' && ledger.get(gone(thing.key)) === true;
    return isGone ? null : { ...reference, ...objectOf(thing) };
  };

function thingOf(reference: Args & { __typename: string }): Thing {
  const type = reference.__typename;
  const key = (type === 'Item' ? ITEMS : PAGES).find((one) =>
    Object.entries(keysOf({ type, key: one })).some(
      ([name, value]) => name !== 'region' && reference[name] === value,
    ),
  );
  if (key === undefined) throw new Error(`nothing is ${JSON.stringify(reference)}`);
  return { type, key };
}

const mutationsOf = (ledger: Ledger) => ({
  write: (_: unknown, { keys, tags }: { keys: string[]; tags?: string[] }, { extensions }: Context) => {
    if (tags !== undefined) extensions['invalidatedCacheTags'] = tags;
    return { at: ledger.write(keys) };
  },
});
