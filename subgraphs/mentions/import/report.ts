/** How often one reason came up, and where first. */
export interface ReasonCount {
  reason: string;
  count: number;
  firstLines: number[];
}

const LINES_KEPT = 5;
const REASONS_KEPT = 50;
const OTHERS = 'Other reasons.';

/** Counts reasons; how many different ones a file brings up costs no memory. */
export class Reasons {
  readonly #reasons = new Map<string, ReasonCount>();

  add(reason: string, line: number): void {
    const name = this.#reasons.has(reason) || this.#reasons.size < REASONS_KEPT ? reason : OTHERS;
    const known = this.#reasons.get(name) ?? { reason: name, count: 0, firstLines: [] };
    known.count += 1;
    if (known.firstLines.length < LINES_KEPT) known.firstLines.push(line);
    this.#reasons.set(name, known);
  }

  /** Most frequent first. */
  list(): ReasonCount[] {
    return [...this.#reasons.values()].toSorted((a, b) => b.count - a.count);
  }

  get total(): number {
    return this.list().reduce((sum, { count }) => sum + count, 0);
  }
}

/** What became of everything that was read from a file. */
export interface ImportReport {
  format: string;
  unit: 'line' | 'post';
  /** Rows, messages or posts, whatever became of them. */
  read: number;
  stored: number;
  /** Posts that were stored before, or are in the file more than once. */
  duplicates: number;
  /** Stored posts that got newer words. */
  edited: number;
  /** Deletions the file tells of. */
  deletions: number;
  /** Stored posts that went with them. */
  deleted: number;
  /** Of the stored posts, those that a tracker matched. */
  matched: number;
  ignored: number;
  ignoredFor: ReasonCount[];
  refused: number;
  refusedFor: ReasonCount[];
  /** Why the file could not be read to its end, if so. */
  stoppedBy?: string;
}
