const BYTES_A_VALUE = 100;
/** What is nested deeper is not kept. */
const DEEPEST = 64;

/** What a value takes up in memory in bytes, roughly; Infinity for what is nested too deep. */
export function sizeOf(value: unknown, depth = 0): number {
  if (typeof value === 'string') return BYTES_A_VALUE + value.length;
  if (typeof value !== 'object' || value === null) return BYTES_A_VALUE;
  if (depth === DEEPEST) return Infinity;
  let bytes = BYTES_A_VALUE;
  for (const inner of Object.values(value)) bytes += sizeOf(inner, depth + 1);
  return bytes;
}
