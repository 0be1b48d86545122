import { setTimeout as pause, setImmediate as turn } from 'node:timers/promises';
import { Asking, type Question } from './asking.ts';
import { Chance } from './chance.ts';
import { nextChange, SILENT, type Change } from './changes.ts';
import { FIELDS, ITEMS } from './graph.ts';
import { changeOf, type Looked } from './judge.ts';
import { generateMutation, generateQuery, variablesFor, type Operation } from './operations.ts';
import { standing, type Found, type Stand, type StandOptions } from './stand.ts';
import { failing, gone, HEADERS } from './subgraphs.ts';

export interface PrivacyOptions extends StandOptions {
  /** Queries, mutations and invalidations. */
  requests: number;
  /** How long gateways take to tell each other what is forgotten; without it they do not. */
  spreadMs?: number;
}

/** What was done and looked at. */
export interface Told extends Looked {
  /** Queries and mutations. */
  asked: number;
  invalidations: number;
  /** Values that subgraphs made for all that, */
  made: number;
  /** and what was found kept. */
  found: Found;
}

/** So many people do one thing after the other, */
const LANES = 12;
/** with operations of which most have been asked before. */
const KNOWN_OPERATIONS = 20;
const KNOWN_MUTATIONS = 4;
/** So many questions are asked again and again for a while. */
const RECENT = 8;
/** For so many turns of the event loop something can be broken. */
const LONGEST_MOMENT = 300;

/**
 * Asks gateways what nobody else may be answered, while everything changes, and compares each answer with what it must
 * be for its caller at that moment. @throws with all that has to be known to understand a wrong answer
 */
export async function checkPrivacy({ requests, spreadMs = 0, ...options }: PrivacyOptions): Promise<Told> {
  const stand = await standing(options);
  const run = new Run(stand, options.seed, spreadMs);
  const { asking } = run;
  const lane = async () => {
    while (asking.asked + run.invalidations < requests && asking.wrong === undefined) await run.step();
  };
  await Promise.all(Array.from({ length: LANES }, lane));
  if (asking.wrong !== undefined) throw new Error(`seed ${options.seed}: ${asking.wrong}`);
  const { asked, looked } = asking;
  const { invalidations } = run;
  return { ...looked, asked, invalidations, made: stand.answers.made, found: await stand.found() };
}

type Common = Pick<Question, 'operation' | 'variables' | 'headers'>;

class Run {
  readonly asking: Asking;
  invalidations = 0;
  readonly #stand: Stand;
  readonly #chance: Chance;
  readonly #spreadMs: number;
  readonly #operations: Operation[];
  readonly #mutations: readonly Operation[];
  readonly #recent: Common[];

  constructor(stand: Stand, seed: number, spreadMs: number) {
    const chance = new Chance(seed);
    [this.#stand, this.#chance, this.#spreadMs] = [stand, chance, spreadMs];
    this.asking = new Asking(stand, chance);
    this.#operations = Array.from({ length: KNOWN_OPERATIONS }, () => generateQuery(chance));
    this.#mutations = Array.from({ length: KNOWN_MUTATIONS }, () => generateMutation(chance));
    this.#recent = Array.from({ length: RECENT }, () => this.#question());
  }

  /** One thing that somebody does. */
  async step(): Promise<void> {
    const { ledger, people } = this.#stand;
    const chance = this.#chance;
    const choice = chance.below(100);
    if (choice < 76) return this.#query();
    if (choice < 85) return this.#invalidate();
    if (choice < 88) return this.#mutate();
    if (choice < 91) return people.change(chance);
    if (choice < 96) return void ledger.write(chance.percent(50) ? SILENT : this.#change().keys);
    const key = chance.pick(ITEMS);
    if (choice < 98) return this.#forAMoment(gone(key), [`stock Item ${key}`]);
    await this.#forAMoment(failing(chance.pick(FAILING)), []);
  }

  async #forAMoment(state: string, keys: readonly string[]): Promise<void> {
    const { ledger } = this.#stand;
    ledger.set(state, true);
    ledger.write(keys);
    await turns(this.#chance.below(LONGEST_MOMENT));
    ledger.set(state, false);
    ledger.write(keys);
  }

  readonly #change = (): Change => nextChange(this.#chance, this.#stand.people.tenants);

  /** The same question of one or of several at once, some of whom ask a little differently. */
  async #query(): Promise<void> {
    const chance = this.#chance;
    const common = chance.percent(50) ? chance.pick(this.#recent) : this.#question();
    this.#recent[chance.below(RECENT)] = common;
    const { all, tenants } = this.#stand.people;
    const times = chance.percent(20) ? 2 + chance.below(3) : 1;
    const tenant = chance.percent(50) ? chance.pick(tenants) : undefined;
    const people = tenant === undefined ? all : all.filter((person) => person.tenant === tenant);
    const asking = Array.from({ length: times }, () => {
      const person = chance.pick(people);
      const headers = chance.percent(20) ? someHeaders(chance) : common.headers;
      const variables = chance.percent(20) ? variablesFor(common.operation, chance) : common.variables;
      return this.asking.ask({ ...common, headers, variables, person, gateway: this.#gateway() });
    });
    await Promise.all(asking);
  }

  #question(): Common {
    const chance = this.#chance;
    if (chance.percent(2)) this.#operations[chance.below(KNOWN_OPERATIONS)] = generateQuery(chance);
    const operation = chance.pick(this.#operations);
    return { operation, variables: variablesFor(operation, chance), headers: someHeaders(chance) };
  }

  readonly #gateway = (): number => this.#chance.below(this.#stand.gateways.length);

  async #invalidate(): Promise<void> {
    const { ledger, invalidate } = this.#stand;
    const { keys, ways } = this.#change();
    const { bodies, covers } = this.#chance.pick(ways);
    const gateway = this.#gateway();
    ledger.write(keys);
    await turns(this.#chance.below(20));
    const upTo = ledger.next();
    this.invalidations += 1;
    await invalidate(gateway, bodies);
    await this.#spread();
    ledger.acknowledge(covers, upTo);
  }

  async #mutate(): Promise<void> {
    const { ledger, people } = this.#stand;
    const chance = this.#chance;
    const person = chance.pick(people.all);
    const changes = [this.#change(), this.#change()];
    const ways = changes.flatMap((one) => one.ways.find(({ tag }) => tag !== undefined) ?? []);
    const isSilent = chance.percent(30);
    const operation = chance.pick(this.#mutations);
    const variables = {
      ...variablesFor(operation, chance),
      keys: [...changes.flatMap((one) => one.keys), `tenant ${person.tenant}`],
      tags: isSilent ? undefined : ways.flatMap(({ tag }) => tag ?? []),
    };
    const gateway = this.#gateway();
    const wrote = await this.asking.ask({ person, operation, variables, headers: {}, gateway });
    if (wrote === undefined) return;
    // Whoever does not say what has changed has changed everything of the tenant.
    const told = this.#spreadMs === 0 ? [gateway] : [...this.#stand.gateways.keys()];
    const covers = isSilent
      ? told.map((one) => changeOf(person.tenant, one))
      : ways.flatMap((way) => way.covers);
    await this.#spread();
    ledger.acknowledge(covers, wrote);
  }

  /** Until then other gateways may not know. */
  async #spread(): Promise<void> {
    if (this.#spreadMs > 0) await pause(this.#spreadMs);
  }
}

async function turns(count: number): Promise<void> {
  for (let n = 0; n < count; n += 1) await turn();
}

/** Some fields, so that each of them fails often. */
const FAILING = ['motto', 'mine', 'extra', 'name', 'count', 'note', 'width'].flatMap((name) =>
  [...FIELDS.values()].flat().filter((field) => field.name === name),
);

const someHeaders = (chance: Chance): Record<string, string> =>
  Object.fromEntries(chance.some(HEADERS, 12).map((name) => [name, chance.pick(['', '","'])]));
