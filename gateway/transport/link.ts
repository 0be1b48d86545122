import type { IncomingHttpHeaders } from 'node:http';
import type { Socket } from 'node:net';
import { buildConnector, Client, type Dispatcher } from 'undici';
import { Question, TimedOut, type RawAnswer } from './question.ts';
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
/** So few answers between two looks show that requests get ahead no faster for sharing a connection. */
const FEW_ANSWERS = 5;
/** Fewer looks than that may only show that the subgraph's process had to wait for a processor. */
const CROWDED_LOOKS = 4;

/** One connection, opened when needed, and what is under way on it; answers come in the order of the questions. */
export class Link {
  /** The head of the connection comes first. */
  readonly attempts: Attempt[] = [];
  readonly #client: Client;
  readonly #path: string;
  readonly #freed: () => void;
  #socket: Socket | undefined;
  /** Whether something was at the head at the last look, and how many looks in a row it had been there before. */
  #hadHead = false;
  #looks = 0;
  /** Heads that ended since the last look. */
  #answered = 0;
  #hasWaiting = false;
  #crowdedLooks = 0;

  /** `freed` is told of each end. */
  constructor({ target, timeoutMs, depth }: LinkOptions, freed: () => void) {
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
        connector(options, (...outcome) => {
          this.#socket = outcome[1] ?? undefined;
          connected(...outcome);
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

  ended(attempt: Attempt): void {
    if (this.attempts[0] === attempt) {
      this.attempts.shift();
      this.#looks = 0;
      this.#answered += 1;
    } else this.attempts.splice(this.attempts.indexOf(attempt), 1);
    this.#freed();
  }

  /**
   * Called some time apart, with a turn of the event loop in between: so however busy this process is, an answer that
   * has arrived is never taken for a slow one. True when others have waited here for some time and few were answered.
   */
  look(): boolean {
    const [head, ...others] = this.attempts;
    this.#looks = this.#hadHead && this.#answered === 0 ? this.#looks + 1 : 0;
    this.#hadHead = head !== undefined;
    const hadWaiting = this.#hasWaiting;
    this.#hasWaiting = others.some(({ question }) => !question.settled);
    const isCrowded = hadWaiting && this.#hasWaiting && this.#answered < FEW_ANSWERS;
    this.#crowdedLooks = isCrowded ? this.#crowdedLooks + 1 : 0;
    this.#answered = 0;
    return this.#crowdedLooks >= CROWDED_LOOKS;
  }

  /** Nothing should be sent behind an answer that takes so long. */
  get isSlow(): boolean {
    return this.#looks >= 1;
  }

  /** What waits behind an answer that takes so long should be sent elsewhere. */
  get isStuck(): boolean {
    return this.#looks >= 2;
  }

  /** Closes the connection under a slow answer nobody waits for; what is still wanted is sent again by undici. */
  letGo(): void {
    if (!this.isStuck || this.attempts[0]?.question.settled !== true) return;
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
 * What an ended attempt holds in place of its question: arrays that undici has outgrown still name it, and would keep the
 * whole request in memory until the next full collection.
 */
const ENDED = new Question({ body: '', headers: [], repeatable: false, isOver: () => true }, () => undefined);

/**
 * One sending of a question. Collecting the chunks here, and never pausing, is faster than a stream, and keeps away
 * from an assertion in undici 7.30 that ends the process when a paused answer's connection closes.
 */
class Attempt implements Dispatcher.DispatchHandler {
  question: Question;
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
    this.#end();
  }

  onResponseError(_: Dispatcher.DispatchController, error: Error): void {
    const { question } = this;
    this.#end();
    question.failed(error);
  }

  #end(): void {
    this.#link.ended(this);
    this.question = ENDED;
    this.#chunks = [];
  }

  #answer(): RawAnswer {
    const [first, ...more] = this.#chunks;
    const bytes = more.length === 0 ? first : Buffer.concat(this.#chunks);
    return { status: this.#status, headers: this.#headers, text: bytes?.toString('utf8') ?? '' };
  }
}
