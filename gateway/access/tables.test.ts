import { Kind, parse } from 'graphql';
import { expect, test } from 'vitest';
import { prepareSupergraph } from '../supergraph/prepare.ts';
import { compose } from '../testing.ts';
import { compileAccess, ENFORCED } from './access.ts';
import { failingOf } from './failing.ts';

const SCOPES = 12;
const fields = Array.from({ length: SCOPES }, (_, index) => `f${index}`);
const guarded = fields.map((name) => `${name}: Int @requiresScopes(scopes: [["${name}"]])`).join(' ');
const sdl = `extend schema @link(url: "https://specs.apollo.dev/federation/v2.14", import: ["@requiresScopes"])
  type Query { item: Item } type Item { open: Int ${guarded} }`;
const tables = compileAccess(
  prepareSupergraph(compose([{ name: 'one', url: 'http://127.0.0.1:1/', sdl }]), ENFORCED),
);

function operationOf(text: string) {
  const document = parse(text, { noLocation: true });
  const [operation] = document.definitions;
  if (operation?.kind !== Kind.OPERATION_DEFINITION) throw new Error('the operation comes first');
  return { document, operation, queryHash: text, name: undefined };
}

const operation = operationOf(`{ item { open ${fields.join(' ')} } }`);
/** Each bit of the number is a demand that fails. */
const variantFor = (bits: number, of = operation) => {
  const numbers = fields.flatMap((_, bit) => ((bits >> bit) % 2 === 1 ? [bit] : []));
  return tables.variant(of, { failing: failingOf(numbers, new Map(), false), key: numbers.join() });
};

test('everybody who fails the same shares one variant, and its document is its own', () => {
  expect(variantFor(5)).toBe(variantFor(5));
  const hashes = [0, 1, 2, 3].map((bits) => variantFor(bits).queryHash);
  expect(new Set(hashes).size).toBe(4);
  expect(variantFor(0).document).toBe(operation.document);
});

test('2,000 variants are kept, those used last', () => {
  const [rare, used] = [variantFor(1), variantFor(2)];
  for (let bits = 3; bits < 2_100; bits += 1) {
    variantFor(bits);
    variantFor(2);
  }
  expect(variantFor(2)).toBe(used);
  expect(variantFor(1)).not.toBe(rare);
});

test('variants of large operations are kept in 128 MiB, however few those are', () => {
  const large = operationOf(
    `{ ${Array.from({ length: 45 }, (_, n) => `a${n}: item { open ${fields.join(' ')} ${fields.join(' ')} }`).join(' ')} }`,
  );
  const first = variantFor(1, large);
  const most = Math.ceil((128 * 1024 * 1024) / first.size);
  expect(most).toBeLessThan(300);
  for (let bits = 2; bits < most + 2; bits += 1) variantFor(bits, large);
  expect(variantFor(1, large)).not.toBe(first);
});
