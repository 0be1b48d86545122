import { ATTRIBUTES, type FlagDefinition, type FlagKind } from './definition.ts';
import { targetingProblem } from './targeting-problem.ts';

const KEY = /^[a-z][a-z0-9]*(?:_[a-z0-9]+)*$/;
const NAME = /^[a-z0-9][a-z0-9_-]{0,39}$/;
const REQUIRED = [
  'key',
  'description',
  'kind',
  'variants',
  'off',
  'default',
  'entitled',
  'told',
  'rules',
  'tags',
];
const KEYS = new Set([...REQUIRED, 'rollout']);
const KINDS = new Set<unknown>(['boolean', 'string', 'number', 'json'] satisfies FlagKind[]);

const MOST_BYTES = 16_000;
const MOST_VALUE_BYTES = 1_000;
const MOST_VALUE_DEPTH = 5;
const MOST_VARIANTS = 10;
const MOST_RULES = 20;
const MOST_TAGS = 10;
/** Deeper than anything that is allowed, so that looking at the rest never recurses far. */
const MOST_DEPTH = 12;

type Found = string | undefined;
type Fields = Readonly<Record<string, unknown>>;

/** Reads a definition of unknown origin; what is refused is told in one sentence. */
export function parseDefinition(input: unknown): FlagDefinition | { refused: string } {
  const refused = problemIn(input);
  return refused === undefined ? (input as FlagDefinition) : { refused };
}

/** Why a flag cannot be so; undefined when it can. */
function problemIn(input: unknown): Found {
  if (!isObject(input)) return 'A definition is an object.';
  if (depthOf(input, MOST_DEPTH) > MOST_DEPTH) return 'The definition is too deep.';
  if (Buffer.byteLength(JSON.stringify(input)) > MOST_BYTES)
    return `The definition is larger than ${MOST_BYTES} bytes.`;
  const unknown = Object.keys(input).find((key) => !KEYS.has(key));
  if (unknown !== undefined) return `A definition has no "${unknown.slice(0, 40)}".`;
  const missing = REQUIRED.find((key) => !Object.hasOwn(input, key));
  if (missing !== undefined) return `The definition lacks "${missing}".`;
  return headProblem(input) ?? variantsProblem(input) ?? rulesProblem(input) ?? rolloutProblem(input);
}

function headProblem({ key, description, kind, entitled, told, tags }: Fields): Found {
  if (typeof key !== 'string' || key.length > 40 || !KEY.test(key))
    return 'The key has up to 40 lower-case letters and digits, with single underscores between.';
  if (typeof description !== 'string' || description.trim() === '' || description.length > 300)
    return 'The description has from 1 to 300 characters.';
  if (!KINDS.has(kind)) return 'The kind is boolean, string, number or json.';
  if (typeof entitled !== 'boolean' || typeof told !== 'boolean')
    return '"entitled" and "told" are true or false.';
  if (!Array.isArray(tags) || tags.length > MOST_TAGS || !tags.every(isName))
    return `Tags are at most ${MOST_TAGS} short names.`;
  return undefined;
}

function variantsProblem({ kind, variants, off, default: otherwise }: Fields): Found {
  if (!isObject(variants)) return 'Variants are values by name.';
  const names = Object.keys(variants);
  if (names.length < 2 || names.length > MOST_VARIANTS || !names.every(isName))
    return `A flag has from 2 to ${MOST_VARIANTS} variants with short names.`;
  const wrong = names.find((name) => !isOfKind(variants[name], kind as FlagKind));
  if (wrong !== undefined) return `The variant "${wrong}" is not a ${String(kind)}, too large or too deep.`;
  if (!isOneOf(off, names)) return '"off" names no variant.';
  if (!isOneOf(otherwise, names)) return '"default" names no variant.';
  if (kind === 'boolean' && names.some((name) => (variants[name] === false) !== (name === off)))
    return 'Of a boolean flag, the variant that is false is "off", and the others are true.';
  return undefined;
}

function rulesProblem({ rules, variants }: Fields): Found {
  if (!Array.isArray(rules) || rules.length > MOST_RULES) return `A flag has at most ${MOST_RULES} rules.`;
  const ids = new Set<unknown>();
  for (const rule of rules as readonly unknown[]) {
    if (!isObject(rule) || Object.keys(rule).toSorted().join() !== 'id,serve,when')
      return 'A rule has "id", "when" and "serve".';
    if (!isName(rule['id']) || ids.has(rule['id'])) return 'Each rule has a short id of its own.';
    ids.add(rule['id']);
    if (!isOneOf(rule['serve'], Object.keys(variants as object)))
      return `The rule "${rule['id']}" serves an unknown variant.`;
    const problem = targetingProblem(rule['when'], new Set(ATTRIBUTES));
    if (problem !== undefined) return `The rule "${rule['id']}": ${problem}`;
  }
  return undefined;
}

function rolloutProblem({ rollout, variants }: Fields): Found {
  if (rollout === undefined) return undefined;
  if (!isObject(rollout) || Object.keys(rollout).toSorted().join() !== 'percent,variant')
    return 'A rollout has "variant" and "percent".';
  const { variant, percent } = rollout;
  if (!isOneOf(variant, Object.keys(variants as object))) return 'The rollout names an unknown variant.';
  if (!Number.isInteger(percent) || (percent as number) < 0 || (percent as number) > 100)
    return 'The percentage is a whole number from 0 to 100.';
  return undefined;
}

function isOfKind(value: unknown, kind: FlagKind): boolean {
  if (kind === 'number') return typeof value === 'number' && Number.isFinite(value);
  if (kind !== 'json') return typeof value === kind && String(value).length <= MOST_VALUE_BYTES;
  const isSmall = Buffer.byteLength(JSON.stringify(value)) <= MOST_VALUE_BYTES;
  return isObject(value) && isSmall && depthOf(value, MOST_VALUE_DEPTH) <= MOST_VALUE_DEPTH;
}

/** How deep a value is nested; looks no further than one level below the limit. */
function depthOf(value: unknown, limit: number): number {
  if (typeof value !== 'object' || value === null) return 0;
  if (limit < 0) return 1;
  return 1 + Math.max(0, ...Object.values(value).map((inner: unknown) => depthOf(inner, limit - 1)));
}

const isObject = (value: unknown): value is Fields =>
  typeof value === 'object' && value !== null && !Array.isArray(value);
const isName = (value: unknown): value is string => typeof value === 'string' && NAME.test(value);
const isOneOf = (value: unknown, names: readonly string[]): boolean =>
  typeof value === 'string' && names.includes(value);
