import { isUtf8 } from 'node:buffer';
import { MAX_LINE_BYTES } from './limits.ts';
import type { Bytes } from './source.ts';

/** One line of a file without its end; `refused` when it cannot be read as text. */
export type Line = { line: number; text: string } | { line: number; refused: string };

const TOO_LONG = 'The line is longer than 1 MiB.';
const NOT_UTF8 = 'The line is not UTF-8 text.';

/** Splits bytes into lines and holds no more of them than the longest line allowed; a bad line costs only itself. */
export async function* lines(bytes: Bytes, limit = MAX_LINE_BYTES): AsyncGenerator<Line> {
  let line = 1;
  let held: Buffer[] = [];
  let heldBytes = 0;
  const take = (tail: Buffer): Line => {
    const tooLong = heldBytes + tail.length > limit;
    const whole = tooLong ? tail : Buffer.concat([...held, tail]);
    held = [];
    heldBytes = 0;
    return tooLong ? { line: line++, refused: TOO_LONG } : decoded(line++, whole);
  };
  for await (const chunk of bytes) {
    let start = 0;
    for (let end = chunk.indexOf(10); end !== -1; end = chunk.indexOf(10, start)) {
      yield take(chunk.subarray(start, end));
      start = end + 1;
    }
    const tail = chunk.subarray(start);
    if (heldBytes <= limit) held.push(tail);
    heldBytes += tail.length;
  }
  if (heldBytes > 0) yield take(Buffer.alloc(0));
}

function decoded(line: number, bytes: Buffer): Line {
  if (!isUtf8(bytes)) return { line, refused: NOT_UTF8 };
  const text = bytes.toString('utf8').replace(/\r$/, '');
  return { line, text: line === 1 ? text.replace(/^\uFEFF/, '') : text };
}
