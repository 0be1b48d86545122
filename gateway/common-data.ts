import type { Fetched } from './fetched.ts';

/** Data that several answers have in common, with its JSON once somebody wrote it. */
const common = new WeakMap<object, { bytes: Buffer | undefined }>();

/** Says that several requests are answered with the same data. */
export function haveInCommon({ data }: Fetched): void {
  if (data !== null && data !== undefined && !common.has(data)) common.set(data, { bytes: undefined });
}

/** The body of an answer whose JSON is there already. */
export class ReadyBody {
  readonly #bytes: Buffer;

  constructor(bytes: Buffer) {
    this.#bytes = bytes;
  }

  get bytes(): Buffer {
    return this.#bytes;
  }

  /** For doors that send something else: everybody gets their own. */
  get data(): object {
    return (JSON.parse(this.#bytes.toString()) as { data: object }).data;
  }
}

/** The JSON of an answer; of one that is all common data it is made only once. */
export function bytesOf(body: object): Buffer {
  if (body instanceof ReadyBody) return body.bytes;
  const held = 'data' in body && Object.keys(body).length === 1 ? body.data : undefined;
  const shared = typeof held === 'object' && held !== null ? common.get(held) : undefined;
  if (shared === undefined) return Buffer.from(JSON.stringify(body));
  return (shared.bytes ??= Buffer.from(JSON.stringify(body)));
}

/** Data for somebody who may change it. */
export const ownCopy = <Data extends object>(data: Data): Data =>
  common.has(data) ? structuredClone(data) : data;
