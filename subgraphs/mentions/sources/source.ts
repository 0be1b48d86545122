import type { Deletion, NewPost } from '../posts/new-post.ts';

/** What one line, or one item of a file that is not made of lines, turned out to be. Reasons are sentences. */
export type SourceItem = { line: number } & (
  | { post: NewPost }
  | { edit: NewPost }
  | { deletion: Deletion }
  | { refused: string }
  | { ignored: string }
);

export type ItemContent = SourceItem extends infer Item
  ? Item extends SourceItem
    ? Omit<Item, 'line'>
    : never
  : never;

export type Bytes = AsyncIterable<Buffer>;

/** One form in which posts come as a file. */
export interface Format {
  name: string;
  /** For people, such as `a CSV of airline tweets`. */
  title: string;
  /** What `line` counts. */
  unit: 'line' | 'post';
  /** Whether a file that begins like this is of this form; its name does not matter. */
  detects(beginning: string): boolean;
  read(bytes: Bytes): AsyncIterable<SourceItem>;
}

/** Why a file cannot be read on, in one sentence for whoever imports it. */
export class SourceError extends Error {
  constructor(message: string, options?: { cause: unknown }) {
    super(message, options);
    this.name = 'SourceError';
  }
}
