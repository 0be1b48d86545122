/**
 * The process that sends requests: so many connections, each with one request at a time, for some time. It is told what
 * to do by `Order`s and answers each with an `Outcome` or `{ failure }`.
 */
import { readFileSync } from 'node:fs';
import { connect, type Socket } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';
import { percentile } from '../table.ts';
import { answerReader } from './answer.ts';

export interface Order {
  port: number;
  body: string;
  connections: number;
  /** Sends until this time is over and at least so many requests were sent, but no more than there are tokens. */
  ms: number;
  atLeast: number;
  /** Which tokens take turns, and whether they start again at the end. */
  from: number;
  to: number;
  again: boolean;
}

export interface Outcome {
  requests: number;
  /** From the first byte sent to the last received. */
  ms: number;
  p50: number;
  p99: number;
}

/** The first answers of each connection are compared with each other to the byte, later ones by status and length. */
const COMPARED = 5;
/** A gateway that is silent for this long after the end answers no more. */
const SILENCE_MS = 60_000;

const tokens = JSON.parse(readFileSync(process.argv[2] ?? '', 'utf8')) as string[];

const requestBytes = ({ port, body }: Order, token: string | undefined): Buffer =>
  Buffer.from(
    `POST /graphql HTTP/1.1\r\nhost: 127.0.0.1:${port}\r\ncontent-type: application/json\r\naccept: application/json\r\n` +
      `authorization: Bearer ${token}\r\ncontent-length: ${Buffer.byteLength(body)}\r\n\r\n${body}`,
  );

/** Notices an answer that is not like the first one. */
function comparison() {
  let expected: { length: number; digest: string | undefined } | undefined;
  return (status: number, length: number, digest: string | undefined): string | undefined => {
    expected ??= { length, digest };
    if (status !== 200) return `status ${status}`;
    if (length !== expected.length) return `an answer of ${length} bytes, others have ${expected.length}`;
    return digest !== undefined && digest !== expected.digest ? 'answers differ' : undefined;
  };
}

function opened(port: number, receive: (bytes: Buffer) => void): Promise<Socket> {
  return new Promise((resolve, reject) => {
    const callback = (size: number, buffer: Uint8Array) => {
      receive(Buffer.from(buffer.buffer, buffer.byteOffset, size));
      return true;
    };
    const socket = connect({
      port,
      host: '127.0.0.1',
      noDelay: true,
      onread: { buffer: Buffer.alloc(128 * 1024), callback },
    });
    socket.once('error', reject).once('connect', () => resolve(socket));
  });
}

/** Sends what `next` gives, one request at a time, until it gives nothing. @throws when an answer is wrong */
function connection(
  port: number,
  next: () => Buffer | undefined,
  differs: ReturnType<typeof comparison>,
  latencies: number[],
): Promise<void> {
  return new Promise((resolve, reject) => {
    let at = 0;
    let socket: Socket | undefined;
    let request: Buffer | undefined;
    const send = () => {
      request = next();
      at = performance.now();
      if (request !== undefined) socket?.write(request);
      else {
        socket?.destroy();
        resolve();
      }
    };
    const receive = answerReader(COMPARED, ({ status, length, digest }) => {
      latencies.push(performance.now() - at);
      const problem = differs(status, length, digest);
      if (problem === undefined) send();
      else reject(new Error(problem));
    });
    // A server may close a connection it holds for idle just when a request is on its way, which is then sent again.
    const open = () => {
      opened(port, receive).then((fresh) => {
        socket = fresh.once('close', () => request !== undefined && open());
        if (request === undefined) send();
        else socket.write(request);
      }, reject);
    };
    open();
  });
}

async function run(order: Order): Promise<Outcome> {
  const bytes = tokens.slice(order.from, order.to).map((token) => requestBytes(order, token));
  const differs = comparison();
  const latencies: number[] = [];
  const began = performance.now();
  let sent = 0;
  const next = (): Buffer | undefined => {
    if (performance.now() - began >= order.ms && sent >= order.atLeast) return undefined;
    if (sent >= bytes.length && !order.again) return undefined;
    return bytes[sent++ % bytes.length];
  };
  const connections = Array.from({ length: order.connections }, () =>
    connection(order.port, next, differs, latencies),
  );
  const over = new AbortController();
  const silence = sleep(order.ms + SILENCE_MS, undefined, over).then(() =>
    Promise.reject(new Error('no answer any more')),
  );
  await Promise.race([Promise.all(connections), silence]);
  over.abort();
  const ms = performance.now() - began;
  return {
    requests: latencies.length,
    ms,
    p50: percentile(latencies, 0.5),
    p99: percentile(latencies, 0.99),
  };
}

process.on('message', (order: Order) => {
  run(order).then(
    (outcome) => process.send?.(outcome),
    (error: unknown) => process.send?.({ failure: String(error) }),
  );
});
process.once('disconnect', () => process.exit());
process.send?.('ready');
