import { AppError } from '@chorus/shared/errors.ts';
import { isId } from '@chorus/shared/id.ts';
import type { Context } from '../context.ts';
import { normalHandle } from '../matching/terms.ts';
import { pagesById, popularPages } from './pages.queries.ts';
import type { PageRow } from './pages.table.ts';

const MAX_PREFIX = 50;
const MAX_SUGGESTIONS = 50;

/** What somebody may mean who has typed `prefix` so far. Pages are made of all posts, so they are for readers of all. */
export async function suggestPages(ctx: Context, prefix: string, first = 10): Promise<PageRow[]> {
  ctx.requireUnlimited('mentions.read');
  const typed = normalHandle(prefix.trim());
  if (typed.length < 1 || prefix.length > MAX_PREFIX) {
    throw new AppError('BAD_USER_INPUT', `prefix must have 1 to ${MAX_PREFIX} characters.`);
  }
  if (first < 1 || first > MAX_SUGGESTIONS) {
    throw new AppError('BAD_USER_INPUT', `first must be from 1 to ${MAX_SUGGESTIONS}.`);
  }
  return isTypeable(typed) ? popularPages(ctx, typed, first) : [];
}

/** No handle begins with what the database could not even store. */
const isTypeable = (text: string): boolean => text.isWellFormed() && !text.includes('\0');

/** Undefined for pages of other tenants and pages that do not exist alike. */
export async function pageById(ctx: Context, id: string): Promise<PageRow | undefined> {
  ctx.requireUnlimited('mentions.read');
  return isId(id) ? ctx.load(pagesById, id) : undefined;
}
