import { entities, type Entities } from './terms.ts';

const LATIN_ACCENTS =
  '\\u00C0-\\u00D6\\u00D8-\\u00F6\\u00F8-\\u024F\\u0253\\u0254\\u0256\\u0257\\u0259\\u025B\\u0263\\u0268\\u026F\\u0272\\u0289\\u028B\\u02BB\\u0300-\\u036F\\u1E00-\\u1EFF';

/** Not inside a word, an address or another sign's reach; but right after RT. */
const BEFORE_MENTION = '(?:(?<![\\w!#$%&*@＠])|(?<=(?:^|[^\\w+~.-])[rR][tT]:?))';
/** A longer word, a second @ or a link's scheme shows that it was no handle. */
const AFTER_MENTION = `(?!\\w|[@＠${LATIN_ACCENTS}]|://)`;
/** `@name/list` names a list, unless what follows the slash cannot be a list's name. */
const NO_LIST = '(?!/[a-zA-Z])';
const MENTION = new RegExp(`${BEFORE_MENTION}[@＠](\\w{1,20})${NO_LIST}${AFTER_MENTION}`, 'gu');

/** Signs that hashtags hold in Hebrew, Tibetan, Japanese, Catalan and others. */
const TAG_SIGNS =
  '_\\u200C\\u200D\\uA67E\\u05BE\\u05F3\\u05F4\\uFF5E\\u301C\\u309B\\u309C\\u30A0\\u30FB\\u3003\\u0F0B\\u0F0C\\u00B7';
const TAG_LETTER = '\\p{L}\\p{M}';
const TAG_CHARACTER = `[${TAG_LETTER}\\p{Nd}${TAG_SIGNS}]`;
const BEFORE_HASHTAG = `(?<=^|[\\uFE0E\\uFE0F]|[^&${TAG_LETTER}\\p{Nd}${TAG_SIGNS}])`;
const HASHTAG = new RegExp(
  `${BEFORE_HASHTAG}[#＃](?![\\uFE0F\\u20E3])(${TAG_CHARACTER}+)(?!${TAG_CHARACTER}|[#＃]|://)`,
  'gu',
);
const HAS_LETTER = new RegExp(`[${TAG_LETTER}]`, 'u');

/** Links hold # and @ that name nobody. */
const LINK =
  /(?<![\w@＠#＃$.-])(?:https?:\/\/[^\s]+|(?:[a-z0-9](?:[a-z0-9-]*[a-z0-9])?\.)+[a-z]{2,}\/[^\s]*)/giu;

/** The handles a tweet mentions and its hashtags, as they are written, repetitions included. */
export function twitterMatches(text: string): { mentions: string[]; hashtags: string[] } {
  const outsideLinks = text.replaceAll(LINK, (link) => ' '.repeat(link.length));
  return {
    mentions: [...text.matchAll(MENTION)].map(([, handle = '']) => handle),
    hashtags: [...outsideLinks.matchAll(HASHTAG)]
      .map(([, hashtag = '']) => hashtag)
      .filter((hashtag) => HAS_LETTER.test(hashtag)),
  };
}

/** What a tweet names, by Twitter's rules. `text` is decoded. */
export function twitterEntities(text: string): Entities {
  const { mentions, hashtags } = twitterMatches(text);
  return entities(mentions, hashtags);
}

const ESCAPES: Record<string, string> = { amp: '&', lt: '<', gt: '>', quot: '"', '#39': "'", apos: "'" };

/** Twitter hands out texts with these characters escaped for HTML; decoded once, so that `&amp;lt;` stays `&lt;`. */
export const decodeTwitterText = (text: string): string =>
  text.replaceAll(/&(amp|lt|gt|quot|apos|#39);/g, (escaped, name: string) => ESCAPES[name] ?? escaped);
