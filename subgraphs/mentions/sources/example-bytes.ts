import type { Bytes, Format, SourceItem } from './source.ts';

/** A file's content for tests, in pieces of seven bytes, so that nothing depends on where a chunk ends. */
export async function* exampleBytes(text: string | Buffer): Bytes {
  const bytes = Buffer.from(text);
  for (let start = 0; start < bytes.length; start += 7)
    yield await Promise.resolve(bytes.subarray(start, start + 7));
}

export async function collected<T>(items: AsyncIterable<T>): Promise<T[]> {
  const all: T[] = [];
  for await (const item of items) all.push(item);
  return all;
}

export const itemsOf = (format: Format, text: string | Buffer): Promise<SourceItem[]> =>
  collected(format.read(exampleBytes(text)));
