import { isNarrower, type Scope } from './scope.ts';

/** Objects of one subgraph that an answer is made of. */
export interface Part {
  subgraph: string;
  /** The type of each; empty for the root. */
  types: readonly string[];
  /** The representation of each, as JSON; empty for the root. */
  names: readonly string[];
  /** Types of the objects within them. */
  below: ReadonlySet<string>;
  tags: readonly string[];
}

/** What holds for values of one fetch together; moments of `performance.now()` in milliseconds. */
export interface Spent {
  scope: Scope;
  askedAt: number;
  freshUntil: number;
  part: Part;
}

/** For how long a whole answer may be kept: as long as the value of it that ends first, and while all of it is kept. */
export class Lifetime {
  readonly parts: Part[] = [];
  askedAt = Infinity;
  freshUntil = Infinity;
  /** Whom the narrowest value of it is for. */
  scope: Scope = 'PUBLIC';
  #isOver = false;
  readonly #limit: Scope;

  /** @param limit nothing of the answer may be for fewer */
  constructor(limit: Scope) {
    this.#limit = limit;
  }

  /** Something of the answer is not kept. */
  end(): void {
    this.#isOver = true;
  }

  spend({ scope, askedAt, freshUntil, part }: Spent): void {
    // What only feeds other fields can be for fewer people than what is asked for.
    if (isNarrower(scope, this.#limit)) this.end();
    if (isNarrower(scope, this.scope)) this.scope = scope;
    this.askedAt = Math.min(this.askedAt, askedAt);
    this.freshUntil = Math.min(this.freshUntil, freshUntil);
    this.parts.push(part);
  }

  /** Whether all of it is kept, for some time from now on. */
  lasts(now: number): boolean {
    return !this.#isOver && this.parts.length > 0 && this.freshUntil > now;
  }
}
