import { createHash } from 'node:crypto';
import { AppError } from './errors.ts';

export const MAX_PAGE = 100;

export interface PageArguments {
  first?: number | null;
  after?: string | null;
}

/** A page request after checking: how many, and the position to go on from. */
export interface Page {
  first: number;
  after: string | undefined;
  /** Turns a position into the opaque cursor of this tenant and query. */
  cursor: (position: string) => string;
}

export interface Connection<T> {
  nodes: T[];
  edges: { node: T; cursor: string }[];
  pageInfo: { hasNextPage: boolean; endCursor: string | null };
}

/**
 * Checks `first` and `after`. Cursors carry a mark of tenant and query, so that one from elsewhere is refused instead
 * of quietly paging through something else.
 * @throws AppError BAD_USER_INPUT
 */
export function page(args: PageArguments, tenantId: string, query: unknown, fallback = 20): Page {
  const first = args.first ?? fallback;
  if (!Number.isInteger(first) || first < 1 || first > MAX_PAGE) {
    throw new AppError('BAD_USER_INPUT', `first must be from 1 to ${MAX_PAGE}.`);
  }
  const mark = createHash('sha256')
    .update(JSON.stringify([tenantId, query]))
    .digest('base64url')
    .slice(0, 12);
  return { first, after: position(args.after ?? undefined, mark), cursor: (at) => encode(mark, at) };
}

const encode = (mark: string, at: string): string => Buffer.from(`${mark}:${at}`).toString('base64url');

function position(cursor: string | undefined, mark: string): string | undefined {
  if (cursor === undefined) return undefined;
  const text = cursor.length > 500 ? '' : Buffer.from(cursor, 'base64url').toString('utf8');
  if (text.startsWith(`${mark}:`)) return text.slice(mark.length + 1);
  throw new AppError('BAD_USER_INPUT', 'after is not a cursor of this list.');
}

/** Builds the connection from one row more than asked for, which tells whether more follows. */
export function connection<T>(
  rows: readonly T[],
  { first, cursor }: Page,
  at: (row: T) => string,
): Connection<T> {
  const edges = rows.slice(0, first).map((node) => ({ node, cursor: cursor(at(node)) }));
  return {
    nodes: edges.map(({ node }) => node),
    edges,
    pageInfo: { hasNextPage: rows.length > first, endCursor: edges.at(-1)?.cursor ?? null },
  };
}
