import type { Demand } from '../demands.ts';
import type { GeneratedField, GeneratedSchema, GeneratedType, Subgraph } from './schemas.ts';

/** How much of a schema is written down. */
export interface Writing {
  /** Undefined for the whole graph as clients see it. */
  subgraph?: Subgraph;
  /** Whether rules are written down. */
  rules?: true;
  /** Whether elements are left out that nobody can see. */
  visible?: true;
}

/** A schema as text, of one subgraph or of the whole graph. */
export const textOf = (schema: GeneratedSchema, writing: Writing): string =>
  new Text(schema, writing).whole();

export const isHidden = (demands: readonly Demand[] | undefined): boolean =>
  demands?.some((demand) => demand.kind === 'feature' && demand.mode === 'hide') ?? false;

function directiveOf(demand: Demand): string {
  switch (demand.kind) {
    case 'authenticated':
      return '@authenticated';
    case 'scopes':
      return `@requiresScopes(scopes: ${JSON.stringify(demand.anyOf)})`;
    case 'policies':
      return `@policy(policies: ${JSON.stringify(demand.anyOf)})`;
    case 'mfa':
      return demand.maxAge === undefined ? '@mfa' : `@mfa(maxAge: ${demand.maxAge})`;
    case 'feature':
      return `@feature(flag: "${demand.flag}", mode: "${demand.mode}")`;
  }
}

class Text {
  readonly #schema: GeneratedSchema;
  readonly #writing: Writing;

  constructor(schema: GeneratedSchema, writing: Writing) {
    this.#schema = schema;
    this.#writing = writing;
  }

  whole(): string {
    const { types, inputs } = this.#schema;
    return [...inputs.map((prefix) => this.#inputs(prefix)), ...types.map((type) => this.#type(type))].join('\n');
  }

  #rules = (demands: readonly Demand[] = []): string =>
    this.#writing.rules === undefined ? '' : demands.map(directiveOf).join(' ');

  /** An element with its rules, or nothing when it is not to be seen. */
  #element = (text: string, demands: readonly Demand[] = []): string =>
    this.#writing.visible && isHidden(demands) ? '' : `${text} ${this.#rules(demands)}`;

  #isHere = (subgraph: Subgraph): boolean =>
    this.#writing.subgraph === undefined || this.#writing.subgraph === subgraph;

  #isSecond = (): boolean => this.#writing.subgraph === 'b';

  /** What is in both subgraphs has its rules in the first. */
  #inputs(prefix: string): string {
    const of = (text: string, name: string) =>
      this.#element(text, this.#isSecond() ? [] : this.#schema.fixed.get(`${prefix}${name}`));
    return `${of(`scalar ${prefix}Scalar`, 'Scalar')}
      ${of(`enum ${prefix}Enum`, 'Enum')} { A ${of('B', 'Enum.B')} ${of('C', 'Enum.C')} }
      input ${prefix}Input { a: Int ${of(`b: ${prefix}Enum`, 'Input.b')} c: ${prefix}Input ${of('d: Int', 'Input.d')} }`;
  }

  #field = ({ name, type, args, rules, argument, requires }: GeneratedField): string => {
    const given = args.replace('deep: Int', this.#element('deep: Int', argument));
    const computed =
      requires === undefined || this.#writing.subgraph === undefined ? '' : `@requires(fields: "${requires}")`;
    const text = this.#element(`${name}${given}: ${type}`, rules);
    return text === '' ? '' : `${text} ${computed}`;
  };

  #type(type: GeneratedType): string {
    const own = this.#rules(this.#isHere(type.ruled) ? type.rules : []);
    if (type.kind === 'object') return this.#object(type, own);
    if (this.#isSecond()) return '';
    if (type.kind === 'union') return `union ${type.name} ${own} = ${type.others.join(' | ')}`;
    return `interface ${type.name} ${own} { id: ID! ${type.fields.map(this.#field).join('\n')} }`;
  }

  #object({ name, fields, others }: GeneratedType, own: string): string {
    const here = fields.filter(({ subgraph }) => this.#isHere(subgraph)).map(this.#field);
    if (name === 'Query' || name === 'Mutation') {
      const written = here.filter((text) => text !== '').join('\n');
      return written === '' ? '' : `type ${name} { ${written} }`;
    }
    const external = fields.flatMap(({ requires }) =>
      this.#isSecond() && requires !== undefined ? `${requires}: String @external` : [],
    );
    const key = this.#writing.subgraph === undefined ? '' : '@key(fields: "id")';
    const implemented = this.#isSecond() || others.length === 0 ? '' : `implements ${others.join(' & ')}`;
    return `type ${name} ${implemented} ${key} ${own} { id: ID! ${[...external, ...here].join('\n')} }`;
  }
}
