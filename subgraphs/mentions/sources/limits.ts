import type { NewPost } from '../posts/new-post.ts';
import type { ItemContent } from './source.ts';

export const MAX_LINE_BYTES = 1024 * 1024;
export const MAX_DOCUMENT_BYTES = 64 * 1024 * 1024;
const MAX_TEXT = 25_000;
const EARLIEST = Date.UTC(2000, 0, 1);
const LATEST = Date.UTC(2100, 0, 1);

/** Whether posts could exist at that time; what lies outside is a broken clock or a joke. */
export const isPlausible = (time: Date): boolean => time.getTime() >= EARLIEST && time.getTime() < LATEST;

/** A post within the limits, or the reason why it is none. */
export function withinLimits(post: NewPost): ItemContent {
  if (post.text.length > MAX_TEXT) {
    return { refused: `The text is longer than ${MAX_TEXT.toLocaleString('en')} characters.` };
  }
  if (!isPlausible(post.publishedAt))
    return { refused: 'The time of publication lies before 2000 or after 2099.' };
  return { post };
}
