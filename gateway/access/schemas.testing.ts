import type { Demand } from './demands.ts';
import { filled, type Choices } from './choices.testing.ts';

type Subgraph = 'a' | 'b';

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

/** A schema in two subgraphs, or in one. */
export interface GeneratedSchema {
  types: readonly GeneratedType[];
  /** Rules of everything that is always there: a scalar, an enum, its values and input fields. */
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

const WRAPS = ['T', 'T!', '[T]', '[T!]', '[T!]!', '[[T]]'] as const;
const ARGS = '(x: Int deep: Int in: Input by: Enum)';

export interface SchemaOptions {
  subgraphs: 1 | 2;
  /** Whether rules nobody can meet by a token are among them. */
  features: boolean;
}

/** A schema of a few types that refer to each other in every way, with rules anywhere. */
export function generateSchema(choices: Choices, { subgraphs, features }: SchemaOptions): GeneratedSchema {
  return new Schemas(choices, subgraphs === 2, features).schema();
}

class Schemas {
  readonly #choices: Choices;
  readonly #isSplit: boolean;
  readonly #hasFeatures: boolean;
  /** Fields by name, so that equal names have equal types everywhere. */
  readonly #dictionary: [name: string, type: string, args: string][];

  constructor(choices: Choices, isSplit: boolean, hasFeatures: boolean) {
    this.#choices = choices;
    this.#isSplit = isSplit;
    this.#hasFeatures = hasFeatures;
    const composite = ['O0', 'O1', 'O2', 'I0', 'I1', 'U0'] as const;
    const leaves = ['String', 'Int', 'Enum', 'Scalar'] as const;
    const leaf = leaves.map((type, at): [string, string, string] => [`l${at}`, this.#wrapped(type), '']);
    const links = composite.map((type, at): [string, string, string] => [`c${at}`, this.#wrapped(type), '']);
    this.#dictionary = [...leaf, ['echo', 'String', ARGS], ...links];
  }

  schema(): GeneratedSchema {
    const ofInterface = ['I0', 'I1'].map((name) => ({
      name,
      fields: this.#choices.some(this.#dictionary, 25),
    }));
    const objects = ['O0', 'O1', 'O2'].map((name, at) => this.#object(name, at, ofInterface));
    const interfaces = ofInterface.map(({ name, fields }) => this.#interface(name, fields));
    const union: GeneratedType = {
      ...{
        kind: 'union',
        name: 'U0',
        others: ['O0', this.#choices.pick(['O1', 'O2'])],
        fields: [],
        ruled: 'a',
      },
      rules: this.#rules(this.#features(), 10),
    };
    const names = ['Scalar', 'Enum'].map((name) => [name, this.#rules([...APOLLO, ...MFA], 15)] as const);
    const inner = ['Enum.B', 'Enum.C', 'Input.b', 'Input.d'].map(
      (name) => [name, this.#rules(this.#features(), 25)] as const,
    );
    return {
      types: [this.#root('Query'), this.#root('Mutation'), ...interfaces, union, ...objects],
      fixed: new Map([...names, ...inner]),
    };
  }

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

  #pool = (): Demand[] => [...APOLLO, ...MFA, ...this.#features()];

  #field(
    [name, type, args]: [string, string, string],
    subgraph: Subgraph,
    pool: readonly Demand[],
  ): GeneratedField {
    const argument = args === '' ? [] : this.#rules(this.#features(), 40);
    return { name, type, args, subgraph, rules: this.#rules(pool, 22), argument, requires: undefined };
  }

  #object(
    name: string,
    at: number,
    interfaces: { name: string; fields: [string, string, string][] }[],
  ): GeneratedType {
    // Every interface has an object, so that something can be behind it.
    const others = interfaces.filter((_, index) => index === at || this.#choices.chance(50));
    const inherited = new Map(others.flatMap(({ fields }) => fields.map((field) => [field[0], field])));
    const own = this.#choices.some(
      this.#dictionary.filter(([field]) => !inherited.has(field)),
      40,
    );
    const fields = [
      ...[...inherited.values()].map((field) => this.#field(field, 'a', this.#pool())),
      ...own.map((field) => this.#field(field, this.#place(field[1]), this.#pool())),
    ];
    const ruled = this.#isSplit && this.#choices.chance(40) ? 'b' : 'a';
    const rules = this.#rules(this.#pool(), 18);
    return {
      kind: 'object',
      name,
      others: others.map((one) => one.name),
      fields: this.#computed(fields),
      rules,
      ruled,
    };
  }

  /** Abstract types are in one subgraph only. */
  #place = (type: string): Subgraph =>
    this.#isSplit && !/[IU]/.test(type.replace('Int', '')) && this.#choices.chance(45) ? 'b' : 'a';

  /** One field of the second subgraph may be computed from one of the first. */
  #computed(fields: readonly GeneratedField[]): GeneratedField[] {
    const sources = fields.filter(
      ({ subgraph, name, type }) => subgraph === 'a' && name === 'l0' && type === 'String',
    );
    const [source] = sources;
    if (!this.#isSplit || source === undefined || !this.#choices.chance(60)) return [...fields];
    // Composition asks for the same rules again, as far as it knows them.
    const repeated = source.rules.filter(({ kind }) => kind !== 'mfa' && kind !== 'feature');
    const computed = { name: 'made', type: 'String', args: '', argument: [], requires: source.name };
    return [...fields, { ...computed, subgraph: 'b', rules: repeated }];
  }

  #interface(name: string, fields: [string, string, string][]): GeneratedType {
    // Composition refuses its own rules on interfaces, and copies those of the objects there.
    const pool = [...MFA, ...this.#features()];
    const own = fields.map((field) => ({ ...this.#field(field, 'a', pool), argument: [] }));
    const ruled = own.map((field) => ({ ...field, rules: this.#choices.chance(40) ? field.rules : [] }));
    return { kind: 'interface', name, others: [], fields: ruled, rules: this.#rules(pool, 12), ruled: 'a' };
  }

  #root(name: 'Query' | 'Mutation'): GeneratedType {
    const of = ['O0', 'O1', 'O2', 'I0', 'I1', 'U0', 'String', 'Enum'];
    const fields = of.map((type, at) =>
      this.#field(
        [`${name === 'Query' ? 'q' : 'm'}${at}`, this.#wrapped(type), ''],
        this.#place(type),
        this.#pool(),
      ),
    );
    return { kind: 'object', name, others: [], fields, rules: [], ruled: 'a' };
  }
}
