import { parse } from 'csv-parse/sync';
import type { Line } from './lines.ts';
import { SourceError } from './source.ts';

/** Reads a field of one record by the name of its column; a missing one is empty. */
export type Row = (column: string) => string;

export interface Columns {
  length: number;
  row(fields: readonly string[]): Row;
}

/** The names in the first line of a text, if it is one of a CSV file. */
export function headerOf(text: string): string[] {
  const [first = ''] = text.replace(/^\uFEFF/, '').split(/\r?\n/, 1);
  try {
    const records: string[][] = parse(first);
    return records[0] ?? [];
  } catch {
    return [];
  }
}

/** Takes the header off a file's lines. */
export async function withHeader(
  source: AsyncGenerator<Line>,
  wanted: readonly string[],
): Promise<{ columns: Columns; rest: AsyncGenerator<Line> }> {
  const first = await source.next();
  const header = first.done === true || 'refused' in first.value ? [] : headerOf(first.value.text);
  const missing = wanted.filter((column) => !header.includes(column));
  if (missing.length > 0)
    throw new SourceError(`The first line of the file does not name ${missing.join(', ')}.`);
  const index = new Map(header.map((column, position) => [column, position]));
  const row = (fields: readonly string[]): Row => {
    return (column) => fields[index.get(column) ?? -1] ?? '';
  };
  return { columns: { length: header.length, row }, rest: source };
}
