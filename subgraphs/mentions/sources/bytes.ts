import { createReadStream } from 'node:fs';
import { pipeline } from 'node:stream/promises';
import { createGunzip } from 'node:zlib';
import { SourceError, type Bytes } from './source.ts';

const HEAD_BYTES = 64 * 1024;
const GZIP = Buffer.from([0x1f, 0x8b]);

/** The bytes of a file, unpacked where it is gzip; `onRead` learns how many bytes of the file itself were read. */
export async function* fileBytes(path: string, onRead: (bytes: number) => void = () => undefined): Bytes {
  const file = counted(createReadStream(path), onRead);
  const { head, rest } = await peek(file, GZIP.length);
  yield* head.subarray(0, GZIP.length).equals(GZIP) ? unpacked(rest) : rest;
}

async function* counted(bytes: Bytes, onRead: (bytes: number) => void): Bytes {
  let total = 0;
  for await (const chunk of bytes) {
    total += chunk.length;
    onRead(total);
    yield chunk;
  }
}

async function* unpacked(bytes: Bytes): Bytes {
  const gunzip = createGunzip();
  const feeding = pipeline(bytes, gunzip).catch((error: unknown) => gunzip.destroy(error as Error));
  try {
    for await (const chunk of gunzip) yield chunk as Buffer;
  } catch (cause) {
    throw new SourceError('The compressed file is damaged or ends too early.', { cause });
  } finally {
    gunzip.destroy();
    await feeding;
  }
}

/** The first bytes, and all of them once more. */
export async function peek(bytes: Bytes, wanted = HEAD_BYTES): Promise<{ head: Buffer; rest: Bytes }> {
  const iterator = bytes[Symbol.asyncIterator]();
  const chunks: Buffer[] = [];
  let size = 0;
  while (size < wanted) {
    const next = await iterator.next();
    if (next.done === true) break;
    chunks.push(next.value);
    size += next.value.length;
  }
  const rest = async function* (): Bytes {
    try {
      yield* chunks;
      for (let next = await iterator.next(); next.done !== true; next = await iterator.next())
        yield next.value;
    } finally {
      await iterator.return?.();
    }
  };
  return { head: Buffer.concat(chunks), rest: rest() };
}
