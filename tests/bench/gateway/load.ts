/**
 * The process that sends requests: so many connections, each with one request at a time, for some time. It is told what
 * to do by `Order`s and answers each with an `Outcome` or `{ failure }`.
 */
import { readFileSync } from 'node:fs';
import { connect, type Socket } from 'node:net';
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
  const connection = () =>
    new Promise<void>((resolve, reject) => {
      let at = 0;
      let socket: Socket | undefined;
      const send = () => {
        const request = next();
        if (request === undefined) {
          socket?.destroy();
          resolve();
          return;
        }
        at = performance.now();
        socket?.write(request);
      };
      const receive = answerReader(COMPARED, ({ status, length, digest }) => {
        latencies.push(performance.now() - at);
        const problem = differs(status, length, digest);
        if (problem === undefined) send();
        else reject(new Error(problem));
      });
      opened(order.port, receive).then((open) => {
        socket = open.once('close', () => reject(new Error('the connection was closed')));
        send();
      }, reject);
    });
  await Promise.all(Array.from({ length: order.connections }, connection));
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
