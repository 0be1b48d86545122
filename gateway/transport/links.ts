import { Link, type LinkOptions } from './link.ts';
import type { Question } from './question.ts';

/** Behind others where that is fast, at the head of a connection, or on one that cannot be closed already. */
export type Placing = 'anywhere' | 'alone' | 'afresh';

/** Too many requests wait for a connection already. */
class Overloaded extends Error {}

const MOST_LINKS = 64;
const MOST_WAITING = 1024;
/** Few connections with many requests on each cost the least; each time one is seen to be crowded asks for more. */
const LEAST_WIDTH = 2;
const MORE_WIDTH = 0.5;
/** What a look takes away of what is above the least: half of it in 1.4 s. */
const LESS_WIDTH = 0.005;
const LOOK_MS = 10;
/** What is sent a second time is at most such a share of all, lest a subgraph that is overloaded gets even more to do. */
const SPARE_SHARE = 1 / 16;
const MOST_SPARE = 128;

/** Spreads the requests to one subgraph over connections, and looks after them while they are under way. */
export class Links {
  readonly #options: LinkOptions;
  readonly #links: Link[] = [];
  #waiting: Question[] = [];
  /** Over how many connections requests are spread while none is slow. */
  #width = LEAST_WIDTH;
  /** How many requests may be sent a second time now. */
  #spare = MOST_SPARE;
  #timer: NodeJS.Timeout | undefined;

  constructor(options: LinkOptions) {
    this.#options = options;
  }

  send(question: Question, placing: Placing): void {
    const link = this.#choose(placing);
    if (link !== undefined) link.send(question);
    else if (this.#waiting.length < MOST_WAITING) this.#waiting.push(question);
    else question.end(new Overloaded());
    this.#timer ??= setInterval(() => this.#look(), LOOK_MS).unref();
  }

  async stop(): Promise<void> {
    clearInterval(this.#timer);
    for (const question of this.#waiting.splice(0)) question.end(new Error('stopped'));
    await Promise.all(this.#links.map((link) => link.stop()));
  }

  /** An idle connection, or the least busy of the first few, or else a new one; undefined when all are taken. */
  #choose(placing: Placing): Link | undefined {
    let room = placing === 'anywhere' ? Math.floor(this.#width) : 0;
    let [best, load]: [Link | undefined, number] = [undefined, this.#options.depth];
    for (const link of this.#links) {
      const under = link.attempts.length;
      if (link.isSlow || under >= this.#options.depth) continue;
      if (under === 0 && (placing !== 'afresh' || !link.isOpen)) return link;
      if (under > 0 && room === 0) continue;
      if (under < load) [best, load] = [link, under];
      if (room > 0 && --room === 0) return best;
    }
    return this.#links.length < MOST_LINKS ? this.#open() : best;
  }

  #open(): Link {
    const link = new Link(this.#options, () => {
      this.#spare = Math.min(this.#spare + SPARE_SHARE, MOST_SPARE);
      if (this.#waiting.length > 0) queueMicrotask(() => this.#sendWaiting());
    });
    this.#links.push(link);
    return link;
  }

  /** Never called by undici: it asserts that nothing is sent while it tells of an error, and that ends the process. */
  #sendWaiting(): void {
    for (let next = this.#waiting[0]; next !== undefined; next = this.#waiting[0]) {
      const link = next.settled ? undefined : this.#choose('anywhere');
      if (link === undefined && !next.settled) return;
      this.#waiting.shift();
      link?.send(next);
    }
  }

  #look(): void {
    for (const question of this.#waiting) question.endWhenOver();
    this.#waiting = this.#waiting.filter(({ settled }) => !settled);
    let isIdle = this.#waiting.length === 0;
    for (const link of this.#links) {
      for (const { question } of link.attempts) question.endWhenOver();
      if (link.look()) this.#widen();
      if (link.attempts.length > 0) isIdle = false;
    }
    this.#width -= (this.#width - LEAST_WIDTH) * LESS_WIDTH;
    for (const link of this.#links.filter(({ isStuck }) => isStuck)) {
      this.#overtake(link);
      link.letGo();
    }
    if (!isIdle) return;
    clearInterval(this.#timer);
    this.#timer = undefined;
  }

  /** What waits behind a slow answer is sent again, as far as there are connections nobody else needs. */
  #overtake({ attempts }: Link): void {
    const behind = attempts.slice(1).filter(({ question }) => !question.settled && !question.overtaking);
    if (behind.length > 0) this.#widen();
    for (const { question } of behind) {
      const link = this.#waiting.length > 0 || this.#spare < 1 ? undefined : this.#choose('alone');
      if (link === undefined) return;
      this.#spare -= 1;
      question.overtaking = true;
      link.send(question);
    }
  }

  #widen(): void {
    this.#width = Math.min(this.#width + MORE_WIDTH, MOST_LINKS);
  }
}
