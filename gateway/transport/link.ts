import type { IncomingHttpHeaders } from 'node:http';
import type { Socket } from 'node:net';
import { buildConnector, Client, type Dispatcher } from 'undici';
import { TimedOut, type Question, type RawAnswer } from './question.ts';
import type { Target } from './target.ts';

export interface LinkOptions {
  target: Target;
  /** How long any request may take. */
  timeoutMs: number;
  /** How many requests may be under way on one connection. */
  depth: number;
}

export const MOST_BYTES = 8 * 1024 * 1024;
const CONNECT_MS = 2000;
const KEPT_MS = 30_000;

/** One connection, opened when needed, and what is under way on it; answers come in the order of the questions. */
export class Link {
  /** The head of the connection comes first. */
  readonly attempts: Attempt[] = [];
  /** The answer at the head takes longer than those behind it should wait. */
  late = false;
  readonly #client: Client;
  readonly #path: string;
  readonly #freed: (headMs: number | undefined) => void;
  #socket: Socket | undefined;
  #headSince = 0;
  #seen: Attempt | undefined;

  /** `freed` is told of each end, with the time an answer spent at the head in ms. */
  constructor({ target, timeoutMs, depth }: LinkOptions, freed: (headMs: number | undefined) => void) {
    const { origin, path, socketPath } = target;
    const connector = buildConnector({
      timeout: CONNECT_MS,
      ...(socketPath === undefined ? {} : { socketPath }),
    });
    // Undici's own limits only guard against mistakes in ours; as they are equal, it need not make new timers.
    const idleMs = timeoutMs + 5000;
    this.#client = new Client(origin, {
      pipelining: depth,
      keepAliveTimeout: KEPT_MS,
      headersTimeout: idleMs,
      bodyTimeout: idleMs,
      maxResponseSize: MOST_BYTES,
      connect: (options, connected) =>
        connector(options, (...[error, socket]) => {
          this.#socket = socket ?? undefined;
          connected(...([error, socket] as Parameters<typeof connected>));
        }),
    });
    this.#path = path;
    this.#freed = freed;
  }

  get isOpen(): boolean {
    return this.#client.stats.connected;
  }

  send(question: Question): void {
    const { body, headers, repeatable } = question.sending;
    const attempt = new Attempt(this, question);
    this.attempts.push(attempt);
    this.#gather();
    this.#client.dispatch(
      { path: this.#path, method: 'POST', body, headers, idempotent: repeatable, blocking: false },
      attempt,
    );
  }

  /** What is sent in one turn goes out in one piece, which saves most of its price on both sides. */
  #gather(): void {
    const socket = this.#socket;
    if (socket === undefined || socket.writableCorked > 0) return;
    socket.cork();
    process.nextTick(() => socket.uncork());
  }

  written(attempt: Attempt): void {
    if (this.attempts[0] === attempt) this.#headSince = performance.now();
  }

  ended(attempt: Attempt, isAnswered: boolean): void {
    const isHead = this.attempts[0] === attempt;
    if (isHead) this.attempts.shift();
    else this.attempts.splice(this.attempts.indexOf(attempt), 1);
    if (!isHead) return this.#freed(undefined);
    const now = performance.now();
    const headMs = now - this.#headSince;
    this.#headSince = now;
    this.late = false;
    this.#freed(isAnswered ? headMs : undefined);
  }

  /** Called between turns of the event loop, so that answers which have arrived are never taken for late. */
  look(): void {
    const head = this.attempts[0];
    this.late = head !== undefined && head === this.#seen;
    this.#seen = head;
  }

  /** Closes the connection under a late answer nobody waits for; what is still wanted is sent again by undici. */
  letGo(): void {
    if (!this.late || this.attempts[0]?.question.settled !== true) return;
    for (const attempt of this.attempts.slice()) {
      const { settled, overtaking } = attempt.question;
      if (settled || overtaking) attempt.abort();
    }
  }

  stop(): Promise<void> {
    return this.#client.destroy();
  }
}

/**
 * One sending of a question. Collecting the chunks here, and never pausing, is faster than a stream, and keeps away
 * from an assertion in undici 7.30 that ends the process when a paused answer's connection closes.
 */
class Attempt implements Dispatcher.DispatchHandler {
  readonly question: Question;
  readonly #link: Link;
  #controller: Dispatcher.DispatchController | undefined;
  #status = 0;
  #headers: IncomingHttpHeaders = {};
  #chunks: Buffer[] = [];

  constructor(link: Link, question: Question) {
    this.#link = link;
    this.question = question;
    question.attempted();
  }

  abort(): void {
    this.#controller?.abort(new TimedOut());
  }

  /** Also called when undici sends it again, because the connection closed while it was waiting behind another. */
  onRequestStart(controller: Dispatcher.DispatchController): void {
    // Only throwing takes it back without closing the connection.
    if (this.question.settled) throw new TimedOut();
    this.#controller = controller;
    this.#chunks = [];
    this.#link.written(this);
  }

  onResponseStart(_: Dispatcher.DispatchController, status: number, headers: IncomingHttpHeaders): void {
    this.#status = status;
    this.#headers = headers;
  }

  onResponseData(_: Dispatcher.DispatchController, chunk: Buffer): void {
    if (!this.question.settled) this.#chunks.push(chunk);
  }

  onResponseEnd(): void {
    if (!this.question.settled) this.question.answered(this.#answer());
    this.#link.ended(this, true);
  }

  onResponseError(_: Dispatcher.DispatchController, error: Error): void {
    this.#link.ended(this, false);
    this.question.failed(error);
  }

  #answer(): RawAnswer {
    const { 'content-type': contentType = '', 'set-cookie': setCookies = [] } = this.#headers;
    const [first, ...more] = this.#chunks;
    const bytes = more.length === 0 ? first : Buffer.concat(this.#chunks);
    return {
      status: this.#status,
      contentType,
      setCookies: Array.isArray(setCookies) ? setCookies : [setCookies],
      text: bytes?.toString('utf8') ?? '',
    };
  }
}
