import { filled, type Choices } from '../../gateway/access/generated/choices.ts';
import { COMMON, ECHO, ENTITIES, INHERITED, KEY_FIELDS, LEAVES, STYLES, WRAPS, type Keys } from './parts.ts';

/** Subgraphs that make one graph, and which objects stand behind each abstract type. */
export interface GeneratedGraph {
  subgraphs: Readonly<Record<string, string>>;
  members: ReadonlyMap<string, readonly string[]>;
}

interface Field {
  name: string;
  type: string;
  args: string;
  at: readonly string[];
  requires?: string;
}

interface Entity {
  name: string;
  keys: ReadonlyMap<string, Keys>;
  fields: Field[];
  /** What subgraphs know of without having it. */
  externals: Map<string, Set<string>>;
  interfaces: Map<string, string[]>;
}

/** Everything a plan can be made of, put together by chance; what does not compose has to be thrown away. */
export function generateGraph(choices: Choices): GeneratedGraph {
  return new Graph(choices).generated();
}

class Graph {
  readonly #choices: Choices;
  readonly #names: readonly string[];
  readonly #hasInterfaceObject: boolean;
  readonly #entities: readonly Entity[];
  readonly #types = new Map<string, string>();
  readonly #abstract: readonly {
    name: string;
    at: string;
    members: string[];
    fields: string[] | undefined;
  }[];
  readonly #roots = new Map<string, string[]>();

  constructor(choices: Choices) {
    this.#choices = choices;
    this.#names = ['a', 'b', 'c'].slice(0, 2 + choices.below(2));
    this.#hasInterfaceObject = choices.chance(45);
    LEAVES.forEach((type, at) => this.#types.set(`l${at}`, this.#wrapped(type)));
    for (const name of INHERITED) this.#types.set(name, choices.pick(['String', 'Int', '[Int!]', 'V1']));
    this.#types.set('echo', 'String');
    // Of the same types, so that one alias can stand for several.
    for (const name of ['s0', 's1', 's2', 's3']) this.#types.set(name, 'String');
    const value = this.#wrapped('V0');
    for (const name of ['v0', 'v1', 'v2']) this.#types.set(name, value);
    ENTITIES.forEach((type, at) => this.#types.set(`c${at}`, this.#wrapped(type)));
    const abstract = (name: string, at: string, from: readonly string[], fields?: string[]) => ({
      name,
      at,
      members: [...new Set([choices.pick(filled(from)), ...choices.some(from, 60)])],
      fields: fields?.length === 0 ? ['l1'] : fields,
    });
    this.#abstract = [
      abstract('I0', 'a', ENTITIES, choices.some([...this.#types.keys()], 20)),
      abstract('I1', 'b', ENTITIES, choices.some([...this.#types.keys()], 25)),
      abstract('U0', 'a', ENTITIES),
      abstract('U1', 'b', ENTITIES),
      ...(this.#hasInterfaceObject ? [{ name: 'N0', at: 'a', members: ['E0', 'E1'], fields: ['l0'] }] : []),
    ];
    for (const { name } of this.#abstract) this.#types.set(`x${name}`, this.#wrapped(name));
    this.#entities = ENTITIES.map((name) => this.#entity(name));
  }

  generated(): GeneratedGraph {
    for (const entity of this.#entities) this.#computed(entity);
    for (const at of this.#names) this.#root(at);
    const all = this.#names.map((at): [string, string] => [at, this.#text(at)]);
    if (this.#hasInterfaceObject) all.push(['d', this.#interfaceObject()]);
    const members = this.#abstract.map(({ name, members }): [string, string[]] => [
      name,
      name === 'N0' || name.endsWith('1') ? members : [...members, 'Hidden'],
    ]);
    return { subgraphs: Object.fromEntries(all), members: new Map(members) };
  }

  #wrapped = (type: string): string => this.#choices.pick(WRAPS).replace('T', type);

  #entity(name: string): Entity {
    const { pick, chance, some } = bound(this.#choices);
    // What is behind an interface that another subgraph adds to is known by its id.
    const style = this.#hasInterfaceObject && (name === 'E0' || name === 'E1') ? STYLES[0] : pick(STYLES);
    const keys = new Map(this.#names.map((at) => [at, at === 'a' ? style.all : pick(style.others)]));
    const interfaces = new Map<string, string[]>();
    const owned = new Map<string, Set<string>>();
    const own = (field: string, at: string) => owned.set(field, (owned.get(field) ?? new Set()).add(at));
    for (const { name: of, at, members, fields } of this.#abstract) {
      if (fields === undefined || !members.includes(name)) continue;
      interfaces.set(at, [...(interfaces.get(at) ?? []), of]);
      for (const field of fields) own(field, at);
    }
    for (const field of some([...this.#types.keys()], 45)) {
      const only = this.#abstract.find((one) => field === `x${one.name}`)?.at;
      own(field, only ?? pick(filled(this.#names)));
      if (only === undefined && chance(15)) own(field, pick(filled(this.#names)));
    }
    const fields = [...owned].map(([field, at]): Field => ({
      name: field,
      type: this.#types.get(field) ?? 'String',
      args: field === 'echo' ? ECHO : '',
      at: [...at],
    }));
    return { name, keys, fields, externals: new Map(), interfaces };
  }

  /** Fields that are made of others. */
  #computed(entity: Entity): void {
    for (const at of this.#names) {
      if (!this.#choices.chance(50)) continue;
      const elsewhere = entity.fields.filter(
        ({ name, at: there }) => !there.includes(at) && /^[lvs]\d|^made/.test(name),
      );
      if (elsewhere.length === 0) continue;
      const used = [this.#choices.pick(filled(elsewhere)), ...this.#choices.some(elsewhere, 25)];
      for (const { name } of used) this.#external(entity, at, name);
      const requires = [...new Set(used)].map(({ name }) =>
        name.startsWith('v')
          ? `${name} ${this.#choices.pick(['{ x }', '{ y { w } zz { id } }', '{ z { w constructor } x }'])}`
          : name,
      );
      entity.fields.push({
        name: `made${at}`,
        type: 'String',
        args: '',
        at: [at],
        requires: requires.join(' '),
      });
    }
  }

  #external({ externals }: Entity, at: string, name: string): void {
    externals.set(at, (externals.get(at) ?? new Set()).add(name));
  }

  #root(at: string): void {
    const { chance, pick, some } = bound(this.#choices);
    const here = this.#abstract.filter((one) => one.at === at).map(({ name }) => name);
    const targets = some([...ENTITIES, 'V0', 'Enum', 'Scalar', ...here, ...here], 55);
    const field = (prefix: string, type: string, n: number) =>
      `${prefix}${at}${n}${chance(25) ? ECHO : ''}: ${this.#wrapped(type)}`;
    const fields = [...targets, pick(ENTITIES)].map((type, n) => field('q', type, n));
    for (const [n, entity] of this.#entities.entries()) {
      const known = entity.fields.filter(
        ({ at: there, name }) => !there.includes(at) && name.startsWith('l'),
      );
      if (known.length === 0 || !chance(30)) continue;
      const { name } = pick(filled(known));
      this.#external(entity, at, name);
      fields.push(`p${at}${n}: ${this.#wrapped(entity.name)} @provides(fields: "${name}")`);
    }
    this.#roots.set(at, fields);
    this.#roots.set(
      `${at} mutation`,
      some([...ENTITIES, ...here, 'Int'], 45).map((type, n) => field('m', type, n)),
    );
  }

  #text(at: string): string {
    const mutations = this.#roots.get(`${at} mutation`) ?? [];
    const shared = at === 'c' ? [] : ['S0', 'S1'].map((type) => `s${type}: ${this.#split(type)} @shareable`);
    return [
      COMMON,
      ...(at === 'c'
        ? []
        : [
            `type S0 { both: ID @shareable inner: ${this.#split('S1')} @shareable s${at}: V0 }`,
            `type S1 { both: Int @shareable t${at}: [Int] e${at}: E0 }`,
          ]),
      `type Query { ${[...(this.#roots.get(at) ?? []), ...shared].join('\n')} }`,
      mutations.length === 0 ? '' : `type Mutation { ${mutations.join('\n')} }`,
      ...this.#entities.map((entity) => this.#object(entity, at)),
      ...this.#abstract.filter((one) => one.at === at).map((one) => this.#abstractText(one)),
    ].join('\n');
  }

  #split(type: string): string {
    const known = this.#types.get(type) ?? this.#wrapped(type);
    this.#types.set(type, known);
    return known;
  }

  #object({ name, keys, fields, externals, interfaces }: Entity, at: string): string {
    const own = keys.get(at) ?? (['id'] as const);
    const given = new Set(own.flatMap((key) => (KEY_FIELDS[key] ?? '').match(/\w+: \w+!/g) ?? []));
    const outside = externals.get(at) ?? new Set();
    const lines = fields.flatMap(({ name: field, type, args, at: there, requires }) => {
      const isShared =
        there.length > 1 || this.#entities.some((one) => one.name === name && isProvided(one, field));
      if (there.includes(at))
        return `${field}${args}: ${type} ${isShared ? '@shareable' : ''} ${requires === undefined ? '' : `@requires(fields: "${requires}")`}`;
      return outside.has(field) ? `${field}: ${type} @external` : [];
    });
    const implemented = interfaces.get(at) ?? [];
    return `type ${name} ${implemented.length === 0 ? '' : `implements ${implemented.join(' & ')}`}
      ${own.map((key) => `@key(fields: "${key}")`).join(' ')} { ${[...given, ...lines].join('\n')} }`;
  }

  #abstractText({
    name,
    members,
    fields,
  }: {
    name: string;
    members: readonly string[];
    fields: string[] | undefined;
  }): string {
    const isHiding = name.endsWith('0') && name !== 'N0';
    if (fields === undefined)
      return `union ${name} = ${[...members, ...(isHiding ? ['Hidden'] : [])].join(' | ')}`;
    const lines = fields
      .map((field) => `${field}${field === 'echo' ? ECHO : ''}: ${this.#types.get(field)}`)
      .join('\n');
    const key = name === 'N0' ? '@key(fields: "id")' : '';
    const body = `{ ${name === 'I1' ? '' : 'id: ID!'} ${lines} }`;
    return `interface ${name} ${key} ${body}\n${isHiding ? `type Hidden implements ${name} @inaccessible ${body}` : ''}`;
  }

  /** A subgraph that adds fields to an interface without knowing who implements it. */
  #interfaceObject(): string {
    const wrapped = this.#wrapped;
    return `${COMMON}
      type Query { qd0: ${wrapped('N0')} qd1${ECHO}: ${wrapped('N0')} }
      type N0 @key(fields: "id") @interfaceObject {
        id: ID! n0: ${wrapped('String')} n1: ${wrapped('V0')} n2: ${wrapped('N0')}
        l0: ${this.#types.get('l0')} @external maded: String @requires(fields: "l0") }`;
  }
}

const isProvided = ({ externals }: Entity, field: string): boolean =>
  [...externals.values()].some((names) => names.has(field));

const bound = (choices: Choices) => ({
  pick: choices.pick.bind(choices),
  chance: choices.chance.bind(choices),
  some: choices.some.bind(choices),
});
