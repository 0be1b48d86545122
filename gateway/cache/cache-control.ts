/** The directives of a `Cache-Control` header by their names in lower case, with their arguments. */
export type Directives = ReadonlyMap<string, string | undefined>;

const DIRECTIVE = /^([\w!#$%&'*+.^`|~-]+)(?:=(?:([\w!#$%&'*+.^`|~-]+)|"([^"\\]*)"))?$/;

/**
 * Undefined for a header that is not of that form, and for one that has a directive twice: libraries take what they
 * understand of it, where an answer is better not kept.
 */
export function directivesIn(header: string): Directives | undefined {
  const directives = new Map<string, string | undefined>();
  for (const item of header.split(',').map((one) => one.trim())) {
    if (item === '') continue;
    const [, name, word, quoted] = DIRECTIVE.exec(item) ?? [];
    const key = name?.toLowerCase();
    if (key === undefined || directives.has(key)) return undefined;
    directives.set(key, word ?? quoted);
  }
  return directives;
}

/** A number of seconds; NaN for anything but digits. */
export const secondsIn = (text: string | undefined): number =>
  text !== undefined && /^\d+$/.test(text) ? Number(text) : NaN;
