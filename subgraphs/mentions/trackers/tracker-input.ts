import {
  isDomainHandle,
  isHashtag,
  isTwitterHandle,
  normalHandle,
  normalHashtag,
} from '../matching/terms.ts';

const MAX_NAME = 100;
const MAX_TERMS = 50;

export interface NewTracker {
  name: string;
  handles: string[];
  hashtags: string[];
}

/** A tracker as it will be stored, or the sentence that says why it cannot be. */
export function checkedTracker(input: {
  name: string;
  handles: readonly string[];
  hashtags: readonly string[];
}): NewTracker | { invalid: string } {
  const name = input.name.trim().replaceAll(/\s+/gu, ' ');
  const handles = distinct(input.handles, normalHandle);
  const hashtags = distinct(input.hashtags, normalHashtag);
  if (name.length < 1 || name.length > MAX_NAME || !isPlain(name)) {
    return { invalid: `The name must have 1 to ${MAX_NAME} characters, none of them control characters.` };
  }
  if (handles.length + hashtags.length === 0) return { invalid: 'A tracker needs a handle or a hashtag.' };
  if (handles.length + hashtags.length > MAX_TERMS) {
    return { invalid: `A tracker has at most ${MAX_TERMS} handles and hashtags together.` };
  }
  const wrong = handles.find((handle) => !isTwitterHandle(handle) && !isDomainHandle(handle));
  if (wrong !== undefined) return { invalid: `"${wrong.slice(0, 60)}" is not a handle.` };
  const wrongTag = hashtags.find((hashtag) => !isHashtag(hashtag) || !isPlain(hashtag));
  if (wrongTag !== undefined) return { invalid: `"${wrongTag.slice(0, 60)}" is not a hashtag.` };
  return { name, handles, hashtags };
}

const distinct = (terms: readonly string[], normal: (term: string) => string): string[] => [
  ...new Set(terms.map((term) => normal(term.trim()))),
];

const isPlain = (text: string): boolean => text.isWellFormed() && !/\p{Cc}/u.test(text);
