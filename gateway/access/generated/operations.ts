import {
  doTypesOverlap,
  getNamedType,
  isAbstractType,
  isCompositeType,
  isObjectType,
  isUnionType,
  isInterfaceType,
  type GraphQLAbstractType,
  type GraphQLCompositeType,
  type GraphQLField,
  type GraphQLSchema,
} from 'graphql';
import { filled, type Choices } from './choices.ts';

export interface GeneratedOperation {
  text: string;
  variables: Record<string, unknown>;
}

const DEEPEST = 4;
const ALIASES = ['a', 'b', 'id', 'l0', 'c0', '__proto__', 'constructor'] as const;

interface Variable {
  type: string;
  values: readonly [unknown, ...unknown[]];
}

/** The types and values of the variables an operation may use. */
const VARIABLES: Record<string, Variable> = {
  yes: { type: 'Boolean!', values: [true, false] },
  no: { type: 'Boolean!', values: [false, true] },
  maybe: { type: 'Boolean = true', values: [undefined, false] },
  in: { type: 'Input', values: [undefined, { a: 1 }, { c: { d: 1 } }, { b: 'B' }, { c: { b: 'A' } }, null] },
  by: { type: 'Enum', values: ['A', 'B', 'C'] },
  deep: { type: 'Int', values: [1, null] },
};

const LITERALS = [
  'x: 1',
  'deep: 2',
  'by: B',
  'by: A',
  'in: { a: 1 }',
  'in: { c: { d: 3 } }',
  'in: { b: C }',
  'in: { c: { b: B } }',
] as const;

/** What operations are made of. */
export interface Ingredients {
  aliases: readonly [string, ...string[]];
  /** Arguments as they stand in the text. */
  literals: readonly [string, ...string[]];
  /** Whether nothing is asked that Apollo's executor is known to lose. */
  isCareful: boolean;
  /** Whether one name often stands for different fields of the types something can be of. */
  isAmbiguous: boolean;
}

const USUAL: Ingredients = { aliases: ALIASES, literals: LITERALS, isCareful: true, isAmbiguous: false };

/** An operation that nearly always fits the schema: aliases may clash. */
export function generateOperation(
  choices: Choices,
  schema: GraphQLSchema,
  ingredients: Ingredients = USUAL,
): GeneratedOperation {
  return new Operations(choices, schema, ingredients).operation();
}

/**
 * What the executor knows of an object: its type was fetched, it is of the type of its field, or neither, because a
 * fragment on an interface stands between. Apollo's executor loses fragments and names below that.
 */
type Knowledge = 'fetched' | 'declared' | 'lost';

interface KnownFragment {
  name: string;
  knowledge: Knowledge;
  on: GraphQLCompositeType;
}

class Operations {
  readonly #choices: Choices;
  readonly #schema: GraphQLSchema;
  readonly #ingredients: Ingredients;
  readonly #used = new Map<string, Variable>();
  readonly #fragments: KnownFragment[] = [];
  readonly #texts: string[] = [];

  constructor(choices: Choices, schema: GraphQLSchema, ingredients: Ingredients) {
    this.#choices = choices;
    this.#schema = schema;
    this.#ingredients = ingredients;
  }

  operation(): GeneratedOperation {
    const mutation = this.#choices.chance(15) ? this.#schema.getMutationType() : undefined;
    const root = mutation ?? this.#schema.getQueryType();
    if (root === null || root === undefined) throw new Error('a generated schema has root types');
    const selection = this.#selection(root, 0, 'fetched');
    const used = [...this.#used].map(([name, variable]) => ({ name, ...variable }));
    const definitions = used.map(({ name, type }) => `$${name}: ${type}`).join(' ');
    const head = `${mutation ? 'mutation' : 'query'} Q${definitions === '' ? '' : `(${definitions})`}`;
    const values = used.map(({ name, values: some }) => [name, this.#choices.pick(some)]);
    return {
      text: [`${head} ${selection}`, ...this.#texts].join('\n'),
      variables: Object.fromEntries(values.filter(([, value]) => value !== undefined)) as Record<
        string,
        unknown
      >,
    };
  }

  #selection(on: GraphQLCompositeType, depth: number, knowledge: Knowledge): string {
    const count = 1 + this.#choices.below(depth === 0 ? 5 : 4);
    const parts = Array.from({ length: count }, () => this.#part(on, depth, knowledge));
    return `{ ${parts.join(' ')} }`;
  }

  #part(on: GraphQLCompositeType, depth: number, knowledge: Knowledge): string {
    if (this.#ingredients.isAmbiguous && isAbstractType(on) && this.#choices.chance(30))
      return this.#ambiguous(on, depth);
    const kind = this.#choices.below(knowledge === 'lost' && this.#ingredients.isCareful ? 50 : 100);
    if (kind >= 88 && depth < DEEPEST) return this.#named(on, depth, knowledge);
    if (kind >= (isObjectType(on) ? 80 : 55) && depth < DEEPEST) return this.#inline(on, depth, knowledge);
    if (kind >= 50 && kind < 55) return `${this.#alias()}__typename${this.#condition()}`;
    if (isUnionType(on)) return '__typename';
    return this.#field(on, depth);
  }

  #field(on: Exclude<GraphQLCompositeType, { getTypes: unknown }>, depth: number): string {
    const fields = Object.values(on.getFields()).filter((field) => depth < DEEPEST || !isDeep(field));
    const field = this.#choices.pick(filled(fields.length === 0 ? Object.values(on.getFields()) : fields));
    const named = getNamedType(field.type);
    const head = `${this.#alias()}${field.name}${this.#arguments(field)}${this.#condition()}`;
    if (!isCompositeType(named)) return head;
    return `${head} ${depth < DEEPEST ? this.#selection(named, depth + 1, isObjectType(named) ? 'declared' : 'fetched') : '{ __typename }'}`;
  }

  /** One name for fields of equal types, as far as there are some. */
  #ambiguous(on: GraphQLAbstractType, depth: number): string {
    const name = this.#choices.pick(this.#ingredients.aliases);
    const [first, ...more] = this.#schema.getPossibleTypes(on);
    const fields = Object.values(first?.getFields() ?? {});
    const { type } = this.#choices.pick(filled(fields));
    const alike = [first, ...more].map((one) => {
      const those = Object.values(one?.getFields() ?? {}).filter((field) => String(field.type) === String(type));
      if (those.length === 0) return `... on ${one?.name} { __typename }`;
      const named = getNamedType(type);
      const below = isCompositeType(named) ? this.#selection(named, depth + 1, 'fetched') : '';
      return `... on ${one?.name} { ${name}: ${this.#choices.pick(filled(those)).name} ${depth < DEEPEST || below === '' ? below : '{ __typename }'} }`;
    });
    return alike.join(' ');
  }

  #alias = (): string => (this.#choices.chance(14) ? `${this.#choices.pick(this.#ingredients.aliases)}: ` : '');

  #condition(): string {
    if (!this.#choices.chance(16)) return '';
    const directive = this.#choices.pick(['include', 'skip']);
    const value = this.#choices.pick(['$yes', '$no', '$maybe', 'true', 'false']);
    const known = VARIABLES[value.slice(1)];
    if (known !== undefined) this.#used.set(value.slice(1), known);
    return ` @${directive}(if: ${value})`;
  }

  #arguments({ args }: GraphQLField<unknown, unknown>): string {
    if (args.length === 0 || !this.#choices.chance(75)) return '';
    const name = this.#choices.pick(['', 'in', 'by', 'deep']);
    if (name === '') return `(${this.#choices.pick(this.#ingredients.literals)})`;
    // Types differ between clusters, and so do the variables.
    const type = getNamedType(args.find((one) => one.name === name)?.type)?.name ?? '';
    const variable = type === 'Int' ? name : `${name}${type}`;
    this.#used.set(variable, { type, values: VARIABLES[name]?.values ?? [1] });
    return `(${name}: $${variable})`;
  }

  #inline(on: GraphQLCompositeType, depth: number, knowledge: Knowledge): string {
    const condition = this.#choices.chance(80) ? this.#overlapping(on) : undefined;
    const head = condition === undefined ? '...' : `... on ${condition.name}`;
    return `${head}${this.#condition()} ${this.#selection(condition ?? on, depth + 1, below(knowledge, condition))}`;
  }

  #named(on: GraphQLCompositeType, depth: number, knowledge: Knowledge): string {
    const known = this.#fragments.filter(
      (one) => doTypesOverlap(this.#schema, one.on, on) && one.knowledge === below(knowledge, one.on),
    );
    if (known.length > 0 && this.#choices.chance(40))
      return `...${this.#choices.pick(filled(known)).name}${this.#condition()}`;
    const condition = this.#overlapping(on);
    const selection = this.#selection(condition, depth + 1, below(knowledge, condition));
    const name = `F${this.#texts.length}`;
    this.#texts.push(`fragment ${name} on ${condition.name} ${selection}`);
    this.#fragments.push({ name, on: condition, knowledge: below(knowledge, condition) });
    return `...${name}${this.#condition()}`;
  }

  /** Any type that an object of the other one can be. */
  #overlapping(on: GraphQLCompositeType): GraphQLCompositeType {
    const types = Object.values(this.#schema.getTypeMap()).filter(isCompositeType);
    const own = types.filter(({ name }) => !name.startsWith('__'));
    return this.#choices.pick(filled(own.filter((type) => doTypesOverlap(this.#schema, type, on))));
  }
}

const below = (knowledge: Knowledge, condition: GraphQLCompositeType | undefined): Knowledge =>
  knowledge === 'declared' && condition !== undefined && !isObjectType(condition) ? 'lost' : knowledge;

const isDeep = ({ type }: GraphQLField<unknown, unknown>): boolean => {
  const named = getNamedType(type);
  return isObjectType(named) || isInterfaceType(named) || isUnionType(named);
};
