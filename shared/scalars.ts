import { GraphQLScalarType, Kind } from 'graphql';
import { GraphQLDateTimeISO, GraphQLJSON, GraphQLLocalDate } from 'graphql-scalars';
import { AppError } from './errors.ts';

const WHOLE_NUMBER = /^-?\d{1,30}$/;

function wholeNumber(value: unknown): bigint {
  if (typeof value === 'bigint') return value;
  if (typeof value === 'string' && WHOLE_NUMBER.test(value)) return BigInt(value);
  if (typeof value === 'number' && Number.isSafeInteger(value)) return BigInt(value);
  throw new AppError('BAD_USER_INPUT', 'BigInt must be a whole number in a string.');
}

/** A whole number beyond 2^53, written as a JSON string so that no client loses digits. */
const BigIntScalar = new GraphQLScalarType<bigint, string>({
  name: 'BigInt',
  serialize: (value) => wholeNumber(value).toString(),
  parseValue: wholeNumber,
  parseLiteral: (node) => {
    if (node.kind === Kind.INT || node.kind === Kind.STRING) return wholeNumber(node.value);
    throw new AppError('BAD_USER_INPUT', 'BigInt must be a whole number in a string.');
  },
});

/** The same scalar by the name it has in the API, by which variables are declared. */
const named = <Inner, Outer>(name: string, scalar: GraphQLScalarType<Inner, Outer>) =>
  new GraphQLScalarType<Inner, Outer>({ ...scalar.toConfig(), name });

/** The scalars of the API; a subgraph uses those its SDL names. */
export const SCALARS: Record<string, GraphQLScalarType> = {
  DateTime: named('DateTime', GraphQLDateTimeISO),
  Date: named('Date', GraphQLLocalDate),
  JSON: GraphQLJSON,
  BigInt: BigIntScalar,
};
