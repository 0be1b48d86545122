import { Link, type LinkOptions } from './link.ts';
import { Pace } from './pace.ts';
import type { Question } from './question.ts';

/** Behind others where that is fast, at the head of a connection, or on one that cannot be closed already. */
export type Placing = 'anywhere' | 'alone' | 'afresh';

/** Too many requests wait for a connection already. */
class Overloaded extends Error {}

const MOST_LINKS = 64;
const MOST_WAITING = 4096;
/** While a subgraph answers fast, few connections with many requests on each cost the least. */
const PIPELINED_LINKS = 2;
const LOOK_MS = 20;

/** Spreads the requests to one subgraph over connections, and looks after them while they are under way. */
export class Links {
  readonly #options: LinkOptions;
  readonly #links: Link[] = [];
  readonly #pace = new Pace();
  #waiting: { question: Question; placing: Placing }[] = [];
  #timer: NodeJS.Timeout | undefined;
  #lookedAt = 0;

  constructor(options: LinkOptions) {
    this.#options = options;
  }

  send(question: Question, placing: Placing): void {
    const link = this.#choose(placing);
    if (link !== undefined) link.send(question);
    else if (this.#waiting.length < MOST_WAITING) this.#waiting.push({ question, placing });
    else question.end(new Overloaded());
    if (this.#timer === undefined) this.#startLooking();
  }

  async stop(): Promise<void> {
    clearInterval(this.#timer);
    for (const { question } of this.#waiting.splice(0)) question.end(new Error('stopped'));
    await Promise.all(this.#links.map((link) => link.stop()));
  }

  /** An idle connection, or the least busy of the first few, or else a new one; undefined when all are taken. */
  #choose(placing: Placing): Link | undefined {
    let room = placing === 'anywhere' && this.#pace.isFast ? PIPELINED_LINKS : 0;
    let [best, load]: [Link | undefined, number] = [undefined, this.#options.depth];
    for (const link of this.#links) {
      const under = link.attempts.length;
      if (link.late || under >= this.#options.depth) continue;
      if (under === 0 && (placing !== 'afresh' || !link.isOpen)) return link;
      if (under > 0 && room === 0) continue;
      if (under < load) [best, load] = [link, under];
      if (room > 0 && --room === 0) return best;
    }
    return this.#links.length < MOST_LINKS ? this.#open() : best;
  }

  #open(): Link {
    const link = new Link(this.#options, (headMs) => {
      if (headMs !== undefined) this.#pace.answered(headMs);
      if (this.#waiting.length > 0) queueMicrotask(() => this.#sendWaiting());
    });
    this.#links.push(link);
    return link;
  }

  /** Never called by undici: it asserts that nothing is sent while it tells of an error, and that ends the process. */
  #sendWaiting(): void {
    for (let next = this.#waiting[0]; next !== undefined; next = this.#waiting[0]) {
      const link = next.question.settled ? undefined : this.#choose(next.placing);
      if (link === undefined && !next.question.settled) return;
      this.#waiting.shift();
      link?.send(next.question);
    }
  }

  #startLooking(): void {
    this.#lookedAt = performance.now();
    this.#timer = setInterval(() => this.#look(), LOOK_MS).unref();
  }

  #look(): void {
    const now = performance.now();
    this.#pace.looked(now - this.#lookedAt - LOOK_MS);
    this.#lookedAt = now;
    for (const { question } of this.#waiting) question.endWhenOver();
    this.#waiting = this.#waiting.filter(({ question }) => !question.settled);
    let isIdle = this.#waiting.length === 0;
    for (const link of this.#links) {
      for (const { question } of link.attempts) question.endWhenOver();
      link.look();
      if (link.attempts.length > 0) isIdle = false;
    }
    for (const link of this.#links.filter(({ late }) => late)) {
      this.#overtake(link);
      link.letGo();
    }
    if (!isIdle) return;
    clearInterval(this.#timer);
    this.#timer = undefined;
  }

  /** What waits behind a late answer is sent again, as far as there are connections nobody else needs. */
  #overtake({ attempts }: Link): void {
    for (const { question } of attempts.slice(1)) {
      if (question.settled || question.overtaking) continue;
      const link = this.#waiting.length > 0 ? undefined : this.#choose('alone');
      if (link === undefined) return;
      question.overtaking = true;
      link.send(question);
    }
  }
}
