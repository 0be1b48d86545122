import { Refusal } from '../errors/errors.ts';
import type { Asked } from '../request.ts';

/** Levels of lists and objects in variables and extensions. */
const DEEPEST = 64;

const refuse = (message: string): Refusal => new Refusal('BAD_REQUEST', message);

/** Checks the types of the four parameters. @throws Refusal */
export function asked(sent: unknown): Asked {
  if (Array.isArray(sent)) throw refuse('Batches of operations are not offered.');
  if (typeof sent !== 'object' || sent === null) throw refuse('The request body must be a JSON object.');
  const { query, operationName, variables, extensions } = sent as Record<string, unknown>;
  return {
    query: optionalString(query, 'query'),
    operationName: optionalString(operationName, 'operationName') || undefined,
    variables: optionalMap(variables, 'variables'),
    extensions: optionalMap(extensions, 'extensions'),
  };
}

function optionalString(value: unknown, name: string): string | undefined {
  if (value === undefined || value === null) return undefined;
  if (typeof value === 'string') return value;
  throw refuse(`The parameter ${name} must be a string.`);
}

function optionalMap(value: unknown, name: string): Readonly<Record<string, unknown>> {
  if (value === undefined || value === null) return {};
  if (typeof value !== 'object' || Array.isArray(value))
    throw refuse(`The parameter ${name} must be an object.`);
  if (deeperThan(DEEPEST, value)) throw refuse(`The parameter ${name} is nested too deeply.`);
  return value as Record<string, unknown>;
}

/** Level by level and without recursion, so that no input can exhaust the stack. */
function deeperThan(limit: number, value: object): boolean {
  let level: object[] = [value];
  for (let depth = 1; level.length > 0; depth++) {
    if (depth > limit) return true;
    level = level.flatMap((item) =>
      Object.values(item).filter((child) => typeof child === 'object' && child !== null),
    );
  }
  return false;
}
