import type { Demand } from '../demands.ts';
import { filled, type Choices } from './choices.ts';

export type Subgraph = 'a' | 'b';

export interface GeneratedField {
  name: string;
  type: string;
  /** Arguments as text with their parentheses. */
  args: string;
  subgraph: Subgraph;
  rules: readonly Demand[];
  /** Demands of `deep`, the one argument that can have some. */
  argument: readonly Demand[];
  requires: string | undefined;
}

export interface GeneratedType {
  kind: 'object' | 'interface' | 'union';
  name: string;
  /** Interfaces of an object, or members of a union. */
  others: readonly string[];
  fields: readonly GeneratedField[];
  rules: readonly Demand[];
  /** Where the rules are written, when it is in both. */
  ruled: Subgraph;
}

/** A schema in two subgraphs. */
export interface GeneratedSchema {
  types: readonly GeneratedType[];
  /** Each stands for a scalar, an enum and an input type whose names begin so. */
  inputs: readonly string[];
  /** Rules of these, of enum values and of input fields. */
  fixed: ReadonlyMap<string, readonly Demand[]>;
}

const SCOPES: Demand[] = [[['s0']], [['s1', 's2']], [['s0'], ['s3']], [['s3']]].map((anyOf) => ({
  kind: 'scopes',
  anyOf,
}));
const POLICIES: Demand[] = [[['p0']], [['p0', 'p1'], ['p2']]].map((anyOf) => ({ kind: 'policies', anyOf }));
const APOLLO: Demand[] = [{ kind: 'authenticated' }, ...SCOPES, ...POLICIES];
const MFA: Demand[] = [
  { kind: 'mfa', maxAge: 60 },
  { kind: 'mfa', maxAge: undefined },
];
const FEATURES: Demand[] = ['f0', 'f1'].map((flag) => ({ kind: 'feature', flag, mode: 'upsell' }));

const HIDING: Demand[] = [{ kind: 'feature', flag: 'h0', mode: 'hide' }];

const WRAPS = ['T', 'T!', '[T]', '[T!]', '[T!]!', '[[T]]'] as const;

/** Types that refer to each other in every way, with rules anywhere; clusters know nothing of each other. */
export function generateSchema(clusters: readonly Choices[], hasFeatures: boolean): GeneratedSchema {
  const made = clusters.map((choices, at) => new Cluster(choices, `C${at}`, hasFeatures).schema());
  const root = (name: 'Query' | 'Mutation'): GeneratedType => {
    const fields = made.flatMap(({ types }) =>
      types.flatMap((type) => (type.name === name ? type.fields : [])),
    );
    return { kind: 'object', name, others: [], fields, rules: [], ruled: 'a' };
  };
  const types = made.flatMap((one) =>
    one.types.filter(({ name }) => name !== 'Query' && name !== 'Mutation'),
  );
  return {
    types: [root('Query'), root('Mutation'), ...types],
    inputs: made.flatMap(({ inputs }) => inputs),
    fixed: new Map(made.flatMap(({ fixed }) => [...fixed])),
  };
}

type Entry = readonly [name: string, type: string, args: string];

class Cluster {
  readonly #choices: Choices;
  /** What the names of its types begin with. */
  readonly #prefix: string;
  readonly #isSplit: boolean;
  readonly #hasFeatures: boolean;
  /** Fields by name, so that equal names have equal types everywhere. */
  readonly #dictionary: readonly Entry[];

  constructor(choices: Choices, prefix: string, hasFeatures: boolean) {
    this.#choices = choices;
    this.#prefix = prefix;
    this.#isSplit = choices.chance(65);
    this.#hasFeatures = hasFeatures;
    const [leaves, links] = [
      ['String', 'Int', this.#named('Enum'), this.#named('Scalar')],
      ['O0', 'O1', 'O2', 'I0', 'I1', 'U0'].map(this.#named),
    ];
    this.#dictionary = [
      ...leaves.map((type, at): Entry => [`l${at}`, this.#wrapped(type), '']),
      ['echo', 'String', `(x: Int deep: Int in: ${prefix}Input by: ${prefix}Enum)`],
      ...links.map((type, at): Entry => [`c${at}`, this.#wrapped(type), '']),
    ];
  }

  schema(): GeneratedSchema {
    const ofInterface = ['I0', 'I1'].map((name) => ({
      name: this.#named(name),
      fields: this.#choices.some(this.#dictionary, 25),
    }));
    const objects = ['O0', 'O1', 'O2'].map((name, at) => this.#object(this.#named(name), at, ofInterface));
    const interfaces = ofInterface.map(({ name, fields }) => this.#interface(name, fields));
    const others = ['O0', this.#choices.pick(['O1', 'O2'])].map(this.#named);
    const rules = this.#rules(this.#features(), 10);
    const union: GeneratedType = {
      kind: 'union',
      name: this.#named('U0'),
      others,
      fields: [],
      rules,
      ruled: 'a',
    };
    const types = ['Scalar', 'Enum'].map((name) => [name, this.#rules([...APOLLO, ...MFA], 15)] as const);
    const inner = ['Enum.B', 'Enum.C', 'Input.b', 'Input.d'].map(
      (name) => [name, this.#rules(this.#hideable(), 25)] as const,
    );
    const fixed = [...types, ...inner].map(([name, demands]) => [this.#named(name), demands] as const);
    return {
      types: [this.#root('Query'), this.#root('Mutation'), ...interfaces, union, ...objects],
      inputs: [this.#prefix],
      fixed: new Map(fixed),
    };
  }

  #named = (name: string): string => `${this.#prefix}${name}`;

  #wrapped(type: string): string {
    const at = this.#choices.below(100);
    const wrap = at < 45 ? 'T' : this.#choices.pick(WRAPS);
    return wrap.replace('T', type);
  }

  #features = (): Demand[] => (this.#hasFeatures ? FEATURES : []);

  /** None mostly, one sometimes and two rarely; of each kind one at most. */
  #rules(pool: readonly Demand[], percent: number): Demand[] {
    if (pool.length === 0 || !this.#choices.chance(percent)) return [];
    const first = this.#choices.pick(filled(pool));
    const second = this.#choices.pick(filled(pool));
    return this.#choices.chance(25) && first.kind !== second.kind ? [first, second] : [first];
  }

  /** For elements that nothing else leads to. */
  #hideable = (): Demand[] => (this.#hasFeatures ? [...FEATURES, ...HIDING] : []);

  #pool = (): Demand[] => [...APOLLO, ...MFA, ...this.#features()];

  #field([name, type, args]: Entry, subgraph: Subgraph, pool: readonly Demand[]): GeneratedField {
    // An argument of an interface's field has to be there.
    const ofArgument = pool.some((demand) => HIDING.includes(demand)) ? this.#hideable() : this.#features();
    const argument = args === '' ? [] : this.#rules(ofArgument, 40);
    return { name, type, args, subgraph, rules: this.#rules(pool, 22), argument, requires: undefined };
  }

  #object(name: string, at: number, interfaces: { name: string; fields: Entry[] }[]): GeneratedType {
    // Every interface has an object, so that something can be behind it.
    const others = interfaces.filter((_, index) => index === at || this.#choices.chance(50));
    const inherited = new Map(others.flatMap(({ fields }) => fields.map((field) => [field[0], field])));
    const own = this.#choices.some(
      this.#dictionary.filter(([field]) => !inherited.has(field)),
      40,
    );
    const fields = [
      ...[...inherited.values()].map((field) => this.#field(field, 'a', this.#pool())),
      ...own.map((field) => {
        // What another field is made of cannot be missing.
        const pool = field[0] === 'l0' ? [] : this.#hideable();
        return this.#field(field, this.#place(field[1]), [...this.#pool(), ...pool]);
      }),
    ];
    const ruled = this.#isSplit && this.#choices.chance(40) ? 'b' : 'a';
    const rules = this.#rules(this.#pool(), 18);
    const implemented = others.map((one) => one.name);
    return { kind: 'object', name, others: implemented, fields: this.#computed(fields), rules, ruled };
  }

  /** Abstract types are in one subgraph only. */
  #place = (type: string): Subgraph =>
    this.#isSplit && !/[IU]\d/.test(type) && this.#choices.chance(45) ? 'b' : 'a';

  /** One field of the second subgraph may be computed from one of the first. */
  #computed(fields: readonly GeneratedField[]): GeneratedField[] {
    const source = fields.find(
      ({ subgraph, name, type }) => subgraph === 'a' && name === 'l0' && type === 'String',
    );
    if (!this.#isSplit || source === undefined || !this.#choices.chance(60)) return [...fields];
    // Composition asks for the same rules again, as far as it knows them.
    const rules = source.rules.filter(({ kind }) => kind !== 'mfa' && kind !== 'feature');
    const [type, requires] = ['String', source.name];
    return [...fields, { name: 'made', type, args: '', subgraph: 'b', rules, argument: [], requires }];
  }

  #interface(name: string, fields: Entry[]): GeneratedType {
    // Composition refuses its own rules on interfaces, and copies those of the objects there.
    const pool = [...MFA, ...this.#features()];
    const own = fields.map((field) => ({ ...this.#field(field, 'a', pool), argument: [] }));
    const ruled = own.map((field) => ({ ...field, rules: this.#choices.chance(40) ? field.rules : [] }));
    return { kind: 'interface', name, others: [], fields: ruled, rules: this.#rules(pool, 12), ruled: 'a' };
  }

  #root(name: 'Query' | 'Mutation'): GeneratedType {
    const of = [...['O0', 'O1', 'O2', 'I0', 'I1', 'U0', 'Enum'].map(this.#named), 'String'];
    const fields = of.map((type, at): GeneratedField => {
      const field = `${this.#prefix}${name === 'Query' ? 'q' : 'm'}${at}`;
      const pool = at === 0 ? this.#pool() : [...this.#pool(), ...this.#hideable()];
      return this.#field([field, this.#wrapped(type), ''], this.#place(type), pool);
    });
    return { kind: 'object', name, others: [], fields, rules: [], ruled: 'a' };
  }
}
