import { CsvError, parse } from 'csv-parse/sync';
import type { Line } from './lines.ts';

/** One record of a CSV file: its fields, or why there are none. `line` is its first. */
export type CsvRecord = { line: number; fields: string[] } | { line: number; refused: string };

const MAX_RECORD_LINES = 200;
const MAX_RECORD_CHARACTERS = 200_000;
const BROKEN = 'The row is not valid CSV, or has more or fewer fields than the header.';

/**
 * Records of a CSV file, whose fields may hold line breaks. A quote that is never closed would swallow the rest of the
 * file: a record that does not come out right is given up, and reading goes on with the next line that looks like the
 * start of one.
 */
export async function* csvRecords(
  source: AsyncIterable<Line>,
  columns: number,
  startsRecord: RegExp,
): AsyncGenerator<CsvRecord> {
  let open: (Line & { text: string })[] = [];
  const giveUp = (refused = BROKEN): { record: CsvRecord; again: Line[] } => {
    const [first, ...others] = open;
    open = [];
    const next = others.findIndex(({ text }) => startsRecord.test(text));
    return { record: { line: first?.line ?? 0, refused }, again: next === -1 ? [] : others.slice(next) };
  };

  const read = function* (line: Line): Generator<CsvRecord> {
    const waiting: Line[] = [line];
    for (let next = waiting.shift(); next !== undefined; next = waiting.shift()) {
      if ('refused' in next) {
        if (open.length > 0) {
          const { record, again } = giveUp();
          yield record;
          waiting.unshift(...again, next);
        } else yield next;
        continue;
      }
      if (open.length === 0 && next.text === '') continue;
      open.push(next);
      const fields = fieldsOf(open, columns);
      if (fields === 'unfinished') continue;
      if (fields === 'broken') {
        const { record, again } = giveUp();
        yield record;
        waiting.unshift(...again);
      } else {
        yield { line: open[0]?.line ?? 0, fields };
        open = [];
      }
    }
  };

  for await (const line of source) yield* read(line);
  while (open.length > 0) {
    const { record, again } = giveUp();
    yield record;
    for (const line of again) yield* read(line);
  }
}

function fieldsOf(open: readonly { text: string }[], columns: number): string[] | 'unfinished' | 'broken' {
  const text = open.map((line) => line.text).join('\n');
  try {
    const fields = text.includes('"') ? quotedFields(text) : text.split(',');
    return fields?.length === columns ? fields : 'broken';
  } catch (error) {
    if (!(error instanceof CsvError)) throw error;
    const within = open.length < MAX_RECORD_LINES && text.length < MAX_RECORD_CHARACTERS;
    return error.code === 'CSV_QUOTE_NOT_CLOSED' && within ? 'unfinished' : 'broken';
  }
}

function quotedFields(text: string): string[] | undefined {
  const records: string[][] = parse(text, { relax_column_count: true });
  return records.length === 1 ? records[0] : undefined;
}
