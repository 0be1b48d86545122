import { entities, isDomainHandle, type Entities } from './terms.ts';

const MENTION = /(?<=^|\s|\()@([a-zA-Z0-9.-]+)\b/gu;

/** Invisible characters that end a tag like a blank does. */
const TAG_END = '\\s\\u00AD\\u2060\\u200A\\u200B\\u200C\\u200D\\u20E2';
const HASHTAG = new RegExp(
  `(?<=^|\\s)[#＃]((?!\\uFE0F)[^${TAG_END}]*[^\\d\\p{P}${TAG_END}]+[^${TAG_END}]*)`,
  'gu',
);
const TRAILING_PUNCTUATION = /\p{P}+$/u;
const MAX_TAG = 64;

/** The handles and hashtags that Bluesky's own clients would find in a text, as written, repetitions included. */
export function blueskyMatches(text: string): { mentions: string[]; hashtags: string[] } {
  return {
    mentions: [...text.matchAll(MENTION)].map(([, handle = '']) => handle).filter(isDomainHandle),
    hashtags: [...text.matchAll(HASHTAG)]
      .map(([, tag = '']) => tag.replace(TRAILING_PUNCTUATION, ''))
      .filter((tag) => tag.length > 0 && tag.length <= MAX_TAG),
  };
}

/** What a post names by its words and, where the source has them, by its facets and extra tags. */
export function blueskyEntities(text: string, record: { facets?: unknown; tags?: unknown } = {}): Entities {
  const { mentions, hashtags } = blueskyMatches(text);
  const facets = facetsOf(text, record.facets);
  const tags = Array.isArray(record.tags) ? record.tags.filter((tag) => typeof tag === 'string') : [];
  return entities(
    [...mentions, ...facets.handles],
    [...hashtags, ...facets.tags, ...tags.slice(0, MAX_TAGS)],
  );
}

const MAX_TAGS = 8;
const MAX_FACETS = 100;
const FACET = 'app.bsky.richtext.facet';

interface FacetTerms {
  handles: string[];
  tags: string[];
}

/**
 * Facets count bytes of UTF-8 and are written by anyone: one that is out of range, cuts a character in half or names
 * what its words do not is passed over.
 */
function facetsOf(text: string, facets: unknown): FacetTerms {
  const found: FacetTerms = { handles: [], tags: [] };
  if (!Array.isArray(facets) || facets.length === 0) return found;
  const bytes = Buffer.from(text, 'utf8');
  for (const facet of facets.slice(0, MAX_FACETS) as unknown[]) {
    for (const feature of featuresOf(facet)) {
      if (feature['$type'] === `${FACET}#tag` && isTag(feature['tag'])) found.tags.push(feature['tag']);
      if (feature['$type'] !== `${FACET}#mention`) continue;
      const words = sliceOf(bytes, facet);
      if (words?.startsWith('@') === true && isDomainHandle(words.slice(1))) found.handles.push(words);
    }
  }
  return found;
}

const isTag = (tag: unknown): tag is string =>
  typeof tag === 'string' && tag.length > 0 && tag.length <= MAX_TAG && !/\s/u.test(tag);

const isRecord = (value: unknown): value is Record<string, unknown> =>
  typeof value === 'object' && value !== null;

function featuresOf(facet: unknown): Record<string, unknown>[] {
  const features = isRecord(facet) ? facet['features'] : undefined;
  return Array.isArray(features) ? features.filter(isRecord) : [];
}

function sliceOf(bytes: Buffer, facet: unknown): string | undefined {
  const index = isRecord(facet) ? facet['index'] : undefined;
  if (!isRecord(index)) return undefined;
  const { byteStart, byteEnd } = index;
  if (!isOffset(byteStart) || !isOffset(byteEnd) || byteStart >= byteEnd || byteEnd > bytes.length)
    return undefined;
  const words = bytes.subarray(byteStart, byteEnd).toString('utf8');
  return words.includes('\uFFFD') ? undefined : words;
}

const isOffset = (value: unknown): value is number => Number.isSafeInteger(value) && (value as number) >= 0;
