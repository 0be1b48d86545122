const MOST_BYTES = 4_096;
const MOST_LEVELS = 4;

/** Why a JSON value cannot be stored with an event, or undefined if it can. */
export function jsonProblem(value: unknown): string | undefined {
  const problem = valueProblem(value, 0);
  if (problem !== undefined) return problem;
  if (Buffer.byteLength(JSON.stringify(value)) > MOST_BYTES)
    return `is more than ${MOST_BYTES} bytes of JSON`;
  return undefined;
}

/** Looks at levels before size, since what is too deep cannot even be written. */
function valueProblem(value: unknown, level: number): string | undefined {
  if (typeof value === 'string') return textProblem(value);
  if (typeof value !== 'object' || value === null) return undefined;
  if (level === MOST_LEVELS) return `has more than ${MOST_LEVELS} levels`;
  for (const [key, inner] of Object.entries(value)) {
    const problem = textProblem(key) ?? valueProblem(inner, level + 1);
    if (problem !== undefined) return problem;
  }
  return undefined;
}

const textProblem = (text: string): string | undefined =>
  text.isWellFormed() && !text.includes('\0') ? undefined : 'has text that is not valid Unicode, or a NUL';
