/** Reads HTTP answers from a socket, one at a time, looking at no more of them than a measurement needs. */
import { createHash, type Hash } from 'node:crypto';

export interface Answered {
  status: number;
  /** Bytes of the body, as it came. */
  length: number;
  /** Of the body; chunked ones are hashed with their chunk sizes. */
  digest: string | undefined;
}

const HEAD_END = '\r\n\r\n';
const LAST_CHUNK = '0\r\n\r\n';

/** Calls `done` at the end of each answer; hashes the first `hashed` bodies. */
export function answerReader(hashed: number, done: (answer: Answered) => void) {
  let head = '';
  let status = 0;
  let wanted: number | undefined;
  let length = 0;
  let tail = '';
  let hash: Hash | undefined;

  const finish = () => {
    const answer = { status, length, digest: hash?.digest('base64') };
    status = 0;
    head = '';
    tail = '';
    length = 0;
    hash = undefined;
    done(answer);
  };

  const body = (bytes: Buffer) => {
    length += bytes.length;
    hash?.update(bytes);
    if (wanted !== undefined) {
      if (length >= wanted) finish();
      return;
    }
    tail = (tail + bytes.toString('latin1', Math.max(0, bytes.length - LAST_CHUNK.length))).slice(
      -LAST_CHUNK.length,
    );
    if (tail === LAST_CHUNK) finish();
  };

  return (bytes: Buffer): void => {
    if (status !== 0) {
      body(bytes);
      return;
    }
    const end = bytes.indexOf(HEAD_END);
    head += bytes.toString('latin1', 0, end < 0 ? bytes.length : end);
    if (end < 0) return;
    status = Number(head.slice(9, 12));
    const size = /content-length: *(\d+)/i.exec(head)?.[1];
    wanted = size === undefined ? undefined : Number(size);
    hash = hashed-- > 0 ? createHash('sha256') : undefined;
    body(bytes.subarray(end + HEAD_END.length));
  };
}
