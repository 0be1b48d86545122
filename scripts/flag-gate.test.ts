import { parse } from 'graphql';
import { expect, test } from 'vitest';
import { undefinedFlags } from './flag-gate.ts';

const SCHEMA = parse(`
  type Query {
    one: String @feature(flag: "known")
    two(deep: Boolean @feature(flag: "in_an_argument", mode: "upsell")): Colour
    three: String @other(flag: "elsewhere")
  }
  enum Colour @feature(flag: "on_a_type") { RED GOLD @feature(flag: "on_a_value") }`);

test('a flag that no definition has is found wherever the schema names it', () => {
  expect(undefinedFlags(SCHEMA, ['known'])).toEqual(['in_an_argument', 'on_a_type', 'on_a_value']);
  expect(undefinedFlags(SCHEMA, ['known', 'in_an_argument', 'on_a_type', 'on_a_value'])).toEqual([]);
});
