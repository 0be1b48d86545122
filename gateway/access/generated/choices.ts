/** Choices made by a list of numbers, so that fast-check can make them smaller; what is not there chooses the first. */
export class Choices {
  readonly #numbers: readonly number[];
  #used = 0;

  constructor(numbers: readonly number[]) {
    this.#numbers = numbers;
  }

  /** A number from 0 on that is less than `limit`. */
  below(limit: number): number {
    return (this.#numbers[this.#used++] ?? 0) % limit;
  }

  /** True about so many times of a hundred, and never when there is nothing left to choose by. */
  chance(percent: number): boolean {
    return this.below(100) >= 100 - percent;
  }

  pick<T>(items: readonly [T, ...T[]]): T {
    return items[this.below(items.length)] ?? items[0];
  }

  /** Some of the items, in their order. */
  some<T>(items: readonly T[], percent: number): T[] {
    return items.filter(() => this.chance(percent));
  }
}

/** Items of which there is one at least. */
export function filled<T>(items: readonly T[]): readonly [T, ...T[]] {
  const [first, ...rest] = items;
  if (first === undefined) throw new Error('nothing to choose from');
  return [first, ...rest];
}
