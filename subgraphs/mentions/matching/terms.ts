/** Handles and hashtags in the one form in which posts and trackers are compared. */

const MAX_HASHTAG = 100;

/** Lower case and without @; handles are ASCII, so nothing else can differ. */
export const normalHandle = (handle: string): string => handle.replace(/^[@＠]/u, '').toLowerCase();

/** Without #, in lower case, and with full-width and other compatible characters folded into the common ones. */
export const normalHashtag = (hashtag: string): string =>
  hashtag
    .replace(/^[#＃]/u, '')
    .normalize('NFKC')
    .toLowerCase()
    .slice(0, MAX_HASHTAG);

const DOMAIN_LABEL = /^[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?$/;
const LAST_LABEL = /^[a-z](?:[a-z0-9-]{0,61}[a-z0-9])?$/;

/** Whether a text is a handle as Bluesky has them: a domain name of at most 253 characters, in any case. */
export function isDomainHandle(text: string): boolean {
  if (text.length > 253) return false;
  const labels = text.toLowerCase().split('.');
  return (
    labels.length > 1 &&
    labels.every((label) => DOMAIN_LABEL.test(label)) &&
    LAST_LABEL.test(labels.at(-1) ?? '')
  );
}

/** Whether a text is a handle as Twitter has them. */
export const isTwitterHandle = (text: string): boolean => /^\w{1,20}$/.test(text);

/** Whether a text can be a hashtag somewhere: no blanks, and not only digits and punctuation. */
export const isHashtag = (text: string): boolean =>
  /^[^\s#＃]{1,100}$/u.test(text) && /[^\d\p{P}]/u.test(text);

/** What a post names, in the order of its text and once each. */
export interface Entities {
  handles: string[];
  hashtags: string[];
}

export const entities = (handles: Iterable<string>, hashtags: Iterable<string>): Entities => ({
  handles: [...new Set([...handles].map(normalHandle))],
  hashtags: [...new Set([...hashtags].map(normalHashtag).filter((hashtag) => hashtag !== ''))],
});
