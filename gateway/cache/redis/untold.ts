import type { Forgetting } from '../forget.ts';
import { takesWith, type Foreign } from './remembered.ts';

/** More of them become one that forgets everything. */
const MOST = 100;

interface Own {
  forgetting: Forgetting;
  /** `told` until it is read in the log like those of others. */
  state: 'waiting' | 'telling' | 'told';
  told: PromiseWithResolvers<void>;
}

/** What this gateway has forgotten and others may not know of, in the order of its numbers. */
export class Untold {
  readonly #own = new Map<number, Own>();
  #count = 0;

  /** Its number, and when it is told; never when it becomes part of one that forgets everything. */
  add(forgetting: Forgetting): { number: number; told: Promise<void> } {
    const isFull = this.waiting().length >= MOST;
    if (isFull) for (const number of this.waiting()) this.#own.delete(number);
    this.#count += 1;
    const told = Promise.withResolvers<void>();
    this.#own.set(this.#count, { forgetting: isFull ? {} : forgetting, state: 'waiting', told });
    return { number: this.#count, told: told.promise };
  }

  /** Numbers of those that nobody is telling. */
  waiting(): number[] {
    return [...this.#own].filter(([, { state }]) => state === 'waiting').map(([number]) => number);
  }

  /** What is to be told from now on under a number; undefined when that is not needed any more. */
  begin(number: number): Forgetting | undefined {
    const own = this.#own.get(number);
    if (own === undefined) return undefined;
    own.state = 'telling';
    return own.forgetting;
  }

  end(number: number, isTold: boolean): void {
    const own = this.#own.get(number);
    if (own === undefined) return;
    own.state = isTold ? 'told' : 'waiting';
    if (isTold) own.told.resolve();
  }

  /** Whether all of them are in the log, as far as is known. */
  isEmpty(): boolean {
    return [...this.#own.values()].every(({ state }) => state === 'told');
  }

  /** It came back in the log. */
  delete(number: number): void {
    this.#own.get(number)?.told.resolve();
    this.#own.delete(number);
  }

  /** Another log begins, before which everything was forgotten. */
  restart(): void {
    for (const [number, { state }] of this.#own) if (state === 'told') this.#own.delete(number);
  }

  /** Whether one of them takes a value with it that others have kept. */
  takes(foreign: Foreign): boolean {
    for (const { forgetting } of this.#own.values()) if (takesWith(forgetting, foreign)) return true;
    return false;
  }
}
