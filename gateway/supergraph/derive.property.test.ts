import fc from 'fast-check';
import { buildSchema, printSchema, validateSchema } from 'graphql';
import { expect, test } from 'vitest';
import { coordinatesIn } from './coordinates.ts';
import { deriveSchema } from './derive.ts';

const seed = Number(process.env['CHORUS_TEST_SEED'] ?? Date.now() % 2 ** 31);

const about = (coordinate: string) => `"about <${coordinate}>"`;

const HOLDER = 'Holder';

/** Writes a small schema in which every element has a description that names it. */
function randomSchema(g: fc.GeneratorValue): string {
  const upTo = (max: number) => g(fc.nat, { max });
  const pick = <T>(of: readonly T[]): T => g(() => fc.constantFrom(...of));
  const names = (prefix: string, count: number) => Array.from({ length: count }, (_, n) => `${prefix}${n}`);
  const [enums, inputs, interfaces] = [names('E', upTo(2)), names('In', upTo(2)), names('I', upTo(2))];
  const [objects, unions] = [names('T', 1 + upTo(3)), names('U', upTo(1))];
  const output = () => {
    const type = pick(['Int', ...objects, ...interfaces, ...unions, ...enums]);
    return pick([type, type, `[${type}]`, `${type}!`, `[${type}!]!`]);
  };
  const input = (name: string, coordinate: string, open: readonly string[]) => {
    const type = pick(['Int', ...enums, ...open]);
    const value = type === 'Int' ? '1' : enums.includes(type) ? `${type}v0` : '{}';
    const shapes = [type, type, `${type} = ${value}`, `[${type}!] = [${value}]`, `${type}! = ${value}`];
    const shape = open === inputs && upTo(4) === 0 ? `${type}!` : pick(shapes);
    return `${about(coordinate)} ${name}: ${shape}`;
  };
  const field = (name: string) => {
    const given = names('a', upTo(2)).map((one) => input(one, `${HOLDER}.${name}(${one})`, inputs));
    const args = given.length === 0 ? '' : `(${given.join(' ')})`;
    return `${about(`${HOLDER}.${name}`)} ${name}${args}: ${output()}`;
  };
  const fields = (prefix: string) => names(`${prefix.toLowerCase()}f`, 1 + upTo(2)).map(field);
  const body = (type: string, of: readonly string[]) =>
    `${about(type)} ${of.join('\n').replaceAll(HOLDER, type)} }`;
  const shared = new Map(interfaces.map((of) => [of, fields(of)]));
  const object = (type: string) => {
    const of = interfaces.filter((_, n) => n === 0 || upTo(1) === 0);
    const implemented = of.length === 0 ? '' : `implements ${of.join(' & ')}`;
    const theirs = of.flatMap((one) => shared.get(one) ?? []);
    return body(type, [`type ${type} ${implemented} {`, ...theirs, ...fields(type)]);
  };
  const leaves = (of: string, values: string[]) =>
    body(of, [`enum ${of} {`, ...values.map((value) => `${about(`${of}.${value}`)} ${value}`)]);
  return [
    body('Query', ['type Query {', ...fields('Q')]),
    ...objects.map(object),
    ...interfaces.map((of) => body(of, [`interface ${of} {`, ...(shared.get(of) ?? [])])),
    ...unions.map((of) => `${about(of)} union ${of} = ${objects.slice(0, 1 + upTo(1)).join(' | ')}`),
    ...enums.map((of) => leaves(of, names(`${of}v`, 2))),
    ...inputs.map((of, n) => {
      const own = names('n', 2).map((name) => input(name, `${of}.${name}`, inputs.slice(n + 1)));
      return body(of, [`input ${of} {`, ...own]);
    }),
  ].join('\n');
}

test(`whatever is hidden, the rest is a valid schema that says nothing of it (500 schemas, seed ${seed})`, () => {
  const [seen, left] = [{ hidden: 0 }, { elements: 0 }];
  const property = fc.property(fc.gen(), (g) => {
    const api = buildSchema(randomSchema(g));
    const types = Object.values(api.getTypeMap()).filter(({ name }) =>
      /^(?:T|I|In|U|E)\d|^Query$/.test(name),
    );
    const all = types.flatMap((type) => [type.name, ...coordinatesIn(type)]);
    const hidden = new Set(all.filter((name) => name !== 'Query' && g(fc.nat, { max: 6 }) === 0));
    const printed = printSchema(deriveSchema(api, (coordinate) => !hidden.has(coordinate)));
    if (!printed.includes('type Query {')) return;
    expect(validateSchema(buildSchema(printed))).toEqual([]);
    const told = [...hidden].filter((coordinate) => {
      const isUnique = /^\w+$|^E/.test(coordinate);
      const name = new RegExp(`\\b${coordinate.split('.').at(-1)}\\b`);
      return printed.includes(`<${coordinate}>`) || (isUnique && name.test(printed));
    });
    expect(told).toEqual([]);
    seen.hidden += hidden.size;
    left.elements += printed.split('about').length;
  });
  fc.assert(property, { numRuns: 500, seed, endOnFailure: true });
  expect(Math.min(seen.hidden, left.elements)).toBeGreaterThan(500);
});
