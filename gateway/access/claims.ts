/**
 * CEL's types are made as they are met and kept for good, one for each way in which lists and maps are nested, so that
 * only few ways may be.
 */
const DEEPEST = 8;

/**
 * The claims of a token as CEL values: whole numbers are ints, and objects are maps that hold nothing but their claims.
 * @throws RangeError for claims that are nested too deeply
 */
export const celClaims = (claims: Readonly<Record<string, unknown>>): ReadonlyMap<string, unknown> =>
  celMap(claims, 1);

const celMap = (value: object, depth: number): ReadonlyMap<string, unknown> =>
  new Map(Object.entries(value).map(([name, claim]) => [name, celValue(claim, depth + 1)]));

function celValue(value: unknown, depth: number): unknown {
  if (typeof value === 'number') return Number.isSafeInteger(value) ? BigInt(value) : value;
  if (typeof value !== 'object' || value === null) return value;
  if (depth > DEEPEST) throw new RangeError('claims are nested too deeply');
  return Array.isArray(value) ? value.map((item) => celValue(item, depth + 1)) : celMap(value, depth);
}
